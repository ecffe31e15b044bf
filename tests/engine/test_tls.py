"""An engine that speaks TLS and wants a certificate, reached by dsock and by docker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine import engines
from tests.engine.live import LiveEngine

URL = "tcp://127.0.0.1:12376"
# An authority, a certificate of the engine and one of the user, as docker's handbook makes them.
CERTIFICATES = """
set -e
openssl ecparam -genkey -name prime256v1 -noout -out ca-key.pem
openssl req -new -x509 -key ca-key.pem -days 30 -subj /CN=test-ca -out ca.pem
make() {
  mkdir -p $1; openssl ecparam -genkey -name prime256v1 -noout -out $1/key.pem
  printf '%s\\n' "$2" >$1/ext
  openssl req -new -key $1/key.pem -subj /CN=$1 | openssl x509 -req -CA ca.pem -CAkey ca-key.pem \
    -CAcreateserial -days 30 -extfile $1/ext -out $1/cert.pem 2>/dev/null
  cp ca.pem $1/ca.pem
}
make server 'subjectAltName=IP:127.0.0.1
extendedKeyUsage=serverAuth'
make good extendedKeyUsage=clientAuth
mkdir stranger none
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout stranger/key.pem \
  -out stranger/cert.pem -days 30 -subj /CN=stranger 2>/dev/null
cp ca.pem stranger; cp ca.pem none; mkdir other; cp stranger/cert.pem other/ca.pem
cp good/cert.pem good/key.pem other
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["sh", "-c", CERTIFICATES], cwd=folder, check=True, timeout=60)
    return folder


@pytest.fixture(scope="module", params=["docker-20.10", "docker-28.5"])
def tls(request: pytest.FixtureRequest, folder: Path, certificates: Path) -> Iterator[LiveEngine]:
    docker = engines.get(request.param)
    server = certificates / "server"
    flags = (
        "-H", URL, "--tlsverify", "--tlscacert", str(server / "ca.pem"),
        "--tlscert", str(server / "cert.pem"), "--tlskey", str(server / "key.pem"),
    )  # fmt: skip
    engine = LiveEngine(
        folder / f"tls-{request.param}", replace(docker, command=docker.command + flags)
    )
    yield engine
    engine.stop()


DSOCK = [sys.executable, "-m", "dsock"]


def run(tls: LiveEngine, argv: list[str], cert_path: Path | None, **how: Any) -> Any:
    """Run a command where the port is, by DOCKER_HOST, with the certificates in `cert_path`."""
    env = {**tls.env, "DOCKER_HOST": URL, "DOCKER_CONFIG": "/nowhere"}
    if cert_path is not None:
        env |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(cert_path)}
    return tls.inside(argv, env=env, **how)


def test_calls_streams_and_two_way_streams_work(tls, certificates):
    good = certificates / "good"
    docker = run(tls, [engines.docker_cli(), "ps", "-a"], good)
    done = run(tls, [*DSOCK, "ps", "-a"], good)
    assert (done.returncode, done.stdout) == (0, docker.stdout), done.stderr
    done = run(
        tls, [*DSOCK, "run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3"], good
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_the_end_of_the_input_leaves_the_output_open(tls, certificates):
    good = certificates / "good"
    text = "line of input\n" * 100_000  # more than any buffer between holds
    # Counts when the input has ended: the answer comes after it.
    script = "wc -c; echo later"
    done = run(tls, [*DSOCK, "run", "-i", "--rm", "busybox", "sh", "-c", script], good, input=text)
    assert done.stdout == f"{len(text)}\nlater\n", done.stderr
    done = run(tls, [*DSOCK, "run", "-i", "--rm", "busybox", "cat"], good, input=text)
    assert done.stdout == text


def test_flags_say_the_same_as_the_environment(tls, certificates):
    good = certificates / "good"
    files = ["--tlscacert", str(good / "ca.pem"), "--tlscert", str(good / "cert.pem")]
    files += ["--tlskey", str(good / "key.pem")]
    done = run(tls, [*DSOCK, "--tlsverify", *files, "-H", URL, "version"], None)
    assert done.returncode == 0, done.stderr
    done = run(tls, [*DSOCK, "--tls", *files[2:], "-H", URL, "version"], None)
    assert done.returncode == 0, done.stderr


def test_a_context_has_its_certificates(tls, certificates, tmp_path):
    good = certificates / "good"
    files = ",".join(f"{key}={good}/{key}.pem" for key in ("ca", "cert", "key"))
    config = ["--config", str(tmp_path)]
    env = {name: value for name, value in tls.env.items() if name != "DOCKER_HOST"}
    for argv in (
        ["context", "create", "far", "--docker", f"host={URL},{files}"],
        ["-c", "far", "run", "--rm", "busybox", "echo", "hi"],
    ):
        done = tls.inside([*DSOCK, *config, *argv], env=env)
        assert done.returncode == 0, done.stderr
    assert done.stdout == "hi\n"
    theirs = tls.inside([engines.docker_cli(), *config, "-c", "far", "ps", "-q"], env=env)
    assert theirs.returncode == 0, theirs.stderr


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("stranger", "cannot speak TLS with"),
        ("none", "cannot speak TLS with"),
        ("other", "cannot speak TLS with"),
        ("nosuch", "cannot read"),
    ],
)
def test_who_is_not_believed_is_told_why(tls, certificates, who, words):
    done = run(tls, [*DSOCK, "ps"], certificates / who)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_plain_http_is_told_about_tls(tls):
    done = run(tls, [*DSOCK, "ps"], None)
    assert done.returncode == 1
    assert "wants TLS" in done.stderr
    assert "--tlsverify" in done.stderr


def test_the_curl_that_is_shown_does_the_same(tls, certificates):
    done = run(tls, [*DSOCK, "--dry-run", "create", "busybox"], certificates / "good")
    assert "--cacert" in done.stdout
    assert "https://127.0.0.1:12376/v1." in done.stdout
    made = run(tls, ["sh", "-c", done.stdout], None)
    assert made.returncode == 0, made.stderr
    gone = run(tls, [*DSOCK, "rm", made.stdout.strip()], certificates / "good")
    assert gone.returncode == 0, gone.stderr
