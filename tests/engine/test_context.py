"""Contexts beside docker's own command line: what is printed, and every file of the store."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.engine import engines

# Made for these tests: nobody believes it.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUS2n9sJ29GrUsEV1EuVxf+pUshZ0wCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKZHNvY2stdGVzdDAgFw0yNjExMjQxNDU2NTRaGA8yMTI2MTAz
MTE0NTY1NFowFTETMBEGA1UEAwwKZHNvY2stdGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABHJov9ULQ/wlcwR2aWCGUsh5pSz2y1riEzxnuCepF+mt/jC6U7Ug
y84ukMQENseInI4c1dpu6UzJ6PNoIoxricijUzBRMB0GA1UdDgQWBBSIiZlXobHz
TCkPuxGAvT2fVFrArzAfBgNVHSMEGDAWgBSIiZlXobHzTCkPuxGAvT2fVFrArzAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBS4OqJkqAC94JyzI+hE
NK1nM2uTGdBCWjTWB4vVlDiSAiBWv7TzNGNdJ+oGWv1zAZo7tNqJyTfR1YnwYy6S
Np5Bhw==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgflfM5zPF2klGzST0
6ge10amhL4Ut5rDDNI+Fro9aIEuhRANCAARyaL/VC0P8JXMEdmlghlLIeaUs9sta
4hM8Z7gnqRfprf4wulO1IMvOLpDEBDbHiJyOHNXabulMyejzaCKMa4nI
-----END PRIVATE KEY-----
"""
FILES = {"ca.pem": CERTIFICATE, "cert.pem": CERTIFICATE, "key.pem": KEY}
# No credential helper of this host gets into docker's config.json.
CONFIG = '{"auths": {"other.example": {"auth": "YTpi"}}}'


class Side:
    """One of the two programs, with a configuration and a working directory of its own."""

    def __init__(self, name: str, argv: list[str], folder: Path) -> None:
        self.argv, self.folder = argv, folder / name
        self.config = self.folder / "config"
        self.config.mkdir(parents=True)
        (self.config / "config.json").write_text(CONFIG)
        for file, text in FILES.items():
            (self.folder / file).write_text(text)
        plain = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
        self.env = {**plain, "DOCKER_CONFIG": str(self.config)}

    def run(self, *args: str, **how: Any) -> subprocess.CompletedProcess[str]:
        env = {**self.env, **how.pop("env", {})}
        how = {"capture_output": True, "text": True, "timeout": 60, "cwd": self.folder, **how}
        return subprocess.run([*self.argv, *args], env=env, check=False, **how)

    def told(self, line: str) -> tuple[str, int, bool]:
        """stdout, exit code, whether there was something on stderr; `A=b` before is environment."""
        words = shlex.split(line)
        env = {}
        while words and "=" in words[0] and words[0].startswith("DOCKER_"):
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        done = self.run(*words, env=env)
        return done.stdout.replace(str(self.config), "CONFIG"), done.returncode, bool(done.stderr)

    def store(self) -> dict[str, tuple[int, bytes]]:
        """{file: (mode, content)} of all contexts."""
        root = self.config / "contexts"
        return {
            str(path.relative_to(root)): (path.stat().st_mode & 0o777, path.read_bytes())
            for path in root.rglob("*")
            if path.is_file()
        }

    def current(self) -> object:
        return json.loads((self.config / "config.json").read_text()).get("currentContext")


@pytest.fixture
def docker(tmp_path: Path) -> Side:
    return Side("docker", [engines.docker_cli()], tmp_path)


@pytest.fixture
def dsock(tmp_path: Path) -> Side:
    side = Side("dsock", [sys.executable, "-m", "dsock"], tmp_path)
    side.env.setdefault("PYTHONPATH", str(engines.CHECKOUT))
    return side


TLS = "host=tcp://h:2376,ca=ca.pem,cert=cert.pem,key=key.pem"
# Line after line in a new configuration; whatever engine this host has stays out of it.
SCENES = {
    "create": f"""
        context create two --docker host=unix:///two.sock --description 'the <second> & é'
        context create two
        context create three --docker {TLS}
        context create four --docker host=tcp://h:2376,skip-tls-verify=true
        context create five --docker from=three
        context create six --from three
        context create seven --from two --description other
        context create eight --docker host=ssh://u@h --docker skip-tls-verify=1
        context create nine --docker '"host=tcp://a,b"'
        context create b10 --docker from=three,host=tcp://z:1
        context create b9 --docker ca=ca.pem
        context create b8 --docker ca=key.pem
        context create b7 --docker host=unix:///x.sock,ca=key.pem
        context create b6 --docker host=tcp://h:1,cert=cert.pem
        context create b11 --docker host=
        DOCKER_HOST=unix:///env.sock context create env
        -H tcp://h:1 context create flag
        -c three context create of-flag
        context use three
        context create of-current
        context create of-current-too --description text
        context ls -q
    """,
    "refused": """
        context create bad/name
        context create default
        context create ''
        context create x
        context create
        context create a b
        context create aa --docker nope=1
        context create aa --docker host
        context create aa --docker ''
        context create aa --docker ca=/nosuch,host=tcp://h:1
        context create aa --docker skip-tls-verify=maybe
        context create aa --docker host=tcp://h:1,ca=key.pem
        context create aa --docker host=tcp://h:1,ca=key.pem,skip-tls-verify=true
        context create aa --docker host=tcp://h:1,cert=cert.pem,key=ca.pem
        context create aa --from nosuch
        context create aa --docker from=nosuch
        context create aa --from default --docker host=tcp://z:1
        context update nosuch --description x
        context update default --description x
        context update
        context inspect nosuch
        context use nosuch
        context use
        context rm nosuch
        context rm default
        context rm
        context import default ca.pem
        context import bad/name ca.pem
        context import aa /nosuch
        context import aa ca.pem
        context export nosuch -
        context ls --nosuch
        context show x
    """,
    "list": f"""
        context create two --docker host=unix:///two.sock --description 'the <second> & é'
        context create three --docker {TLS}
        context create c10 --docker host=tcp://h:1
        context create c9 --docker host=tcp://h:1
        context use two
        context ls
        context list
        context ls --format json
        context ls --format '{{{{.Name}}}}: {{{{.Description}}}} {{{{.DockerEndpoint}}}}'
        context ls --format '{{{{.Current}}}} {{{{.Error}}}} {{{{json .}}}}'
        context ls --format 'table {{{{.Name}}}}\\t{{{{.Current}}}}\\t{{{{.Error}}}}'
        context ls --format 'table {{{{.DockerEndpoint}}}}\\t{{{{.Name}}}}'
        context ls --format '{{{{.Name}}}}{{{{if .Current}}}} here{{{{end}}}}'
        context ls --format '{{{{.Nosuch}}}}'
        context ls --format '{{{{bad'
        context ls -q
        context ls --quiet --format table
        context ls -q --format json
        DOCKER_CONTEXT=three context ls
        DOCKER_CONTEXT=three context show
        DOCKER_CONTEXT=nosuch context show
        DOCKER_CONTEXT=nosuch context ls -q
        DOCKER_HOST=unix:///env.sock context ls
        DOCKER_HOST=unix:///env.sock context ls -q
        DOCKER_HOST=unix:///env.sock context show
        -H tcp://h:9 context ls
        -c c9 context ls
        -c c9 context show
        context show
    """,
    "inspect": f"""
        context create two --docker host=unix:///two.sock --description 'the <second> & é'
        context create three --docker {TLS}
        context use two
        context inspect
        context inspect three
        context inspect two nosuch three
        context inspect --format json three
        context inspect -f '{{{{.Name}}}} {{{{.Endpoints.docker.Host}}}}' three two
        context inspect -f '{{{{json .TLSMaterial}}}} {{{{.Storage.MetadataPath}}}}' three
        context inspect -f '{{{{.}}}}' three
        context inspect -f '{{{{.Nosuch}}}}' three
        DOCKER_HOST=unix:///env.sock context inspect
        DOCKER_HOST=unix:///env.sock context inspect default
    """,
    "use and remove": f"""
        context create two --docker host=unix:///two.sock
        context create three --docker {TLS}
        context create four --docker {TLS}
        context create five --docker host=unix:///five.sock
        context use two
        context use two
        context show
        context rm two
        context rm nosuch three default
        context rm -f nosuch
        context ls -q
        context rm -f two
        context show
        context use four
        context use default
        context show
        DOCKER_HOST=unix:///env.sock context use four
        DOCKER_CONTEXT=five context rm five
        context remove five
        context ls -q
    """,
    "update": f"""
        context create two --docker host=unix:///two.sock --description old
        context create three --docker {TLS}
        context create four --docker {TLS}
        context update two --description new
        context update two --description ''
        context update two
        context update two --docker {TLS}
        context update three --docker host=tcp://other:1
        context update four --docker host=tcp://other:1,ca=cert.pem --description both
        context update four --docker nope=1
        context update two --docker from=three
    """,
}


@pytest.mark.parametrize("scene", SCENES)
def test_both_print_the_same_and_leave_the_same_files(docker, dsock, scene):
    for line in SCENES[scene].strip().splitlines():
        line = line.strip()
        with ThreadPoolExecutor(2) as pool:
            theirs, ours = pool.map(lambda side, line=line: side.told(line), (docker, dsock))
        if "{{.Nosuch}}" in line or "{{bad" in line:  # docker's blank line before the error
            theirs, ours = (theirs[0].strip(), *theirs[1:]), (ours[0].strip(), *ours[1:])
        assert ours == theirs, line
        assert dsock.store() == docker.store(), line
        assert dsock.current() == docker.current(), line


def test_what_one_exports_the_other_imports(docker, dsock):
    for side in (docker, dsock):
        side.told(f"context create one --docker {TLS} --description text")
        assert side.told("context export one") == ("", 0, True)
        assert side.told("context export one") == ("", 1, True)  # it is there
        assert side.told("context export one file.tar") == ("", 0, True)
        mode = (side.folder / "file.tar").stat().st_mode & 0o777
        assert mode & 0o077 == 0 or side is docker
    for side, other in ((docker, dsock), (dsock, docker)):
        theirs = other.folder / "one.dockercontext"
        assert side.told(f"context import two {theirs}") == ("two\n", 0, True)
        assert side.told(f"context import two {theirs}") == ("", 1, True)
        with theirs.open("rb") as stdin:
            assert side.run("context", "import", "three", "-", stdin=stdin).returncode == 0
    assert dsock.store() == docker.store()


def test_an_export_to_stdout_is_a_whole_tar(dsock):
    dsock.told(f"context create one --docker {TLS}")
    done = dsock.run("context", "export", "one", "-", text=False)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        found = {entry.name: entry.mode for entry in tar}
    assert found == {
        "meta.json": 0o644, "tls": 0o700, "tls/docker": 0o700, "tls/docker/ca.pem": 0o600,
        "tls/docker/cert.pem": 0o600, "tls/docker/key.pem": 0o600,
    }  # fmt: skip


def test_a_zip_is_imported_too(docker, dsock):
    meta = '{"Name":"x","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://h:1"}}}'
    for side in (docker, dsock):
        with zipfile.ZipFile(side.folder / "one.zip", "w") as archive:
            archive.writestr("meta.json", meta)
            archive.writestr("tls/docker/ca.pem", CERTIFICATE)
        assert side.told("context import one one.zip") == ("one\n", 0, True)
    assert side.told("context inspect one -f '{{.Endpoints.docker.Host}}'")[0] == "tcp://h:1\n"
    assert {k: v[1] for k, v in dsock.store().items() if "tls" in k} == {
        k: v[1] for k, v in docker.store().items() if "tls" in k
    }


@pytest.mark.parametrize(
    "names",
    [
        ["meta.json", "tls/docker/../../../../evil"],
        ["meta.json", "tls/../evil"],
        ["meta.json", "/evil"],
        ["meta.json", "evil"],
        ["meta.json", "tls/docker"],
        ["tls/docker/ca.pem"],
    ],
)
def test_an_archive_writes_nowhere_but_into_its_own_context(dsock, names):
    path = dsock.folder / "evil.tar"
    with tarfile.open(path, "w") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 2
            tar.addfile(entry, io.BytesIO(b"{}"))
    done = dsock.run("context", "import", "one", "evil.tar")
    assert done.returncode == 1
    assert "not an exported context" in done.stderr
    assert dsock.store() == {}
    assert not list(dsock.folder.parent.rglob("evil"))


def test_an_archive_that_is_cut_off_is_refused(dsock):
    dsock.told(f"context create one --docker {TLS}")
    dsock.told("context export one")
    path = dsock.folder / "one.dockercontext"
    path.write_bytes(path.read_bytes()[: -512 * 20])
    path.write_bytes(path.read_bytes().rstrip(b"\0")[:-40])
    done = dsock.run("context", "import", "two", "one.dockercontext")
    assert (done.returncode, "not an exported context" in done.stderr) == (1, True)


def test_a_link_in_an_archive_is_refused(dsock):
    with tarfile.open(dsock.folder / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo("meta.json")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    done = dsock.run("context", "import", "one", "evil.tar")
    assert (done.returncode, dsock.store()) == (1, {})


def test_a_dry_run_changes_nothing(dsock):
    dsock.told("context create one --docker host=unix:///one.sock")
    before = dsock.store()
    for line in (
        "create two --docker host=unix:///x", "update one --description x", "use one", "rm one",
        "export one",
    ):  # fmt: skip
        assert dsock.told(f"--dry-run context {line}") == ("", 0, True), line
    assert (dsock.store(), dsock.current()) == (before, None)
    assert not (dsock.folder / "one.dockercontext").exists()


def test_a_context_of_dsock_is_used_by_both(engine, docker, dsock):
    dsock.told(f"context create live --docker host={engine.host}")
    dsock.told("context use live")
    docker.env["DOCKER_CONFIG"] = dsock.env["DOCKER_CONFIG"]
    for side in (docker, dsock):
        assert side.told("version --format '{{.Server.APIVersion}}'") == ("1.41\n", 0, False)


def test_what_docker_keeps_in_a_context_stays_there(dsock):
    dsock.told("context create one --docker host=unix:///one.sock")
    meta = next(dsock.config.rglob("meta.json"))
    record = json.loads(meta.read_text())
    record["Metadata"]["Own"] = {"b": 1, "a": 2}
    record["Endpoints"]["kubernetes"] = {"Host": "https://k"}
    meta.write_text(json.dumps(record))
    dsock.told("context update one --description text --docker host=unix:///two.sock")
    found = json.loads(meta.read_text())
    assert found["Metadata"] == {"Own": {"b": 1, "a": 2}, "Description": "text"}
    assert found["Endpoints"]["kubernetes"] == {"Host": "https://k"}


def test_what_changes_nothing_writes_nothing(docker, dsock):
    nowhere = {"DOCKER_CONFIG": "/proc/nowhere"}
    for line in ("use default", "rm -f nosuch"):
        theirs, ours = (s.run("context", *line.split(), env=nowhere) for s in (docker, dsock))
        assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode) != ("", 1)
    refused = dsock.run("context", "create", "one", "--docker", "host=tcp://h:1", env=nowhere)
    assert (refused.returncode, "cannot write context 'one': /proc" in refused.stderr) == (1, True)


def test_a_context_that_is_broken_is_named(dsock):
    dsock.told("context create one --docker host=unix:///one.sock")
    next(dsock.config.rglob("meta.json")).write_text("{bad")
    done = dsock.run("context", "ls")
    assert done.returncode == 1
    assert "meta.json is not JSON" in done.stderr
