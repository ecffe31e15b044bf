"""Which socket: the order of choices, the spellings of a host, docker's contexts."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from dsock.engine.endpoint import (
    Endpoint,
    config_dir,
    context_name,
    first_that_exists,
    known_sockets,
    parse,
    resolve,
)
from dsock.engine.tls import Tls, TlsFlags, chosen
from dsock.errors import DsockError
from tests.scripted import Scripted


def write_context(folder: Path, name: str, endpoint: Any, current: bool = False) -> Path:
    """A context as docker stores it; its meta.json."""
    meta = folder / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    record = {"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}
    meta.write_text(json.dumps(record))
    if current:
        (folder / "config.json").write_text(json.dumps({"currentContext": name}))
    return meta


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with the contexts `work` and `other`; `other` is the current one."""
    write_context(tmp_path, "work", {"Host": "unix:///work.sock", "SkipTLSVerify": False})
    write_context(tmp_path, "other", {"Host": "tcp://other:1"}, current=True)
    return tmp_path


ALL = {"DOCKER_HOST": "unix:///env.sock", "DOCKER_CONTEXT": "work"}
NO_HOST = {**ALL, "DOCKER_HOST": ""}
EMPTY = {"DOCKER_HOST": "", "DOCKER_CONTEXT": ""}


@pytest.mark.parametrize(
    ("host", "context", "environ", "url", "source"),
    [
        ("unix:///flag.sock", "work", ALL, "unix:///work.sock", "--context work"),
        ("unix:///flag.sock", None, ALL, "unix:///flag.sock", "--host"),
        (None, None, ALL, "unix:///env.sock", "DOCKER_HOST"),
        (None, None, NO_HOST, "unix:///work.sock", "context work (DOCKER_CONTEXT)"),
        (None, None, {}, "tcp://other:1", "context other ({folder}/config.json)"),
        (None, None, EMPTY, "tcp://other:1", "context other ({folder}/config.json)"),
        (None, "default", ALL, "unix:///env.sock", "DOCKER_HOST"),
        ("", None, ALL, "unix:///var/run/docker.sock", "--host"),
    ],
)  # fmt: skip
def test_the_first_that_is_set_wins(
    folder: Path,
    host: str | None,
    context: str | None,
    environ: dict[str, str],
    url: str,
    source: str,
) -> None:
    expected = Endpoint(url, source.format(folder=folder))
    assert resolve(host, context, environ, folder) == expected


def test_the_first_socket_that_exists_is_taken(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    default, *others = known_sockets(environ)
    assert default == ("default", "/var/run/docker.sock")
    found = tmp_path / ".rd" / "docker.sock"
    found.parent.mkdir()
    found.touch()
    expected = Endpoint(f"unix://{found}", "the socket of Rancher Desktop")
    assert first_that_exists(others) == expected
    rootless = tmp_path / "run" / "docker.sock"
    rootless.parent.mkdir()
    rootless.touch()
    expected = Endpoint(f"unix://{rootless}", "the socket of rootless Docker")
    assert first_that_exists(others) == expected


def test_without_any_socket_it_is_dockers_default(tmp_path: Path) -> None:
    expected = Endpoint("unix:///var/run/docker.sock", "default")
    assert first_that_exists([("Colima", str(tmp_path / "no.sock"))]) == expected


@pytest.mark.parametrize("environ", [{"DOCKER_CONTEXT": "default"}, {}])
def test_the_default_context_is_the_search_for_sockets(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    expected = first_that_exists(known_sockets(environ))
    assert resolve(None, None, environ, tmp_path) == expected
    assert resolve(None, "default", environ, tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("unix:///run/d.sock", "unix:///run/d.sock"),
        (" unix:///run/d.sock\n", "unix:///run/d.sock"),
        ("/run/d.sock", "unix:///run/d.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("", "unix:///var/run/docker.sock"),
        ("unix://run/d.sock", "unix://{here}/run/d.sock"),
        ("unix://./d.sock", "unix://{here}/d.sock"),
        ("./d.sock", "unix://{here}/d.sock"),
        ("../d.sock", "unix://{here}/../d.sock"),
        ("unix:///a b/ü/%41?#~.sock", "unix:///a b/ü/%41?#~.sock"),
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://box", "tcp://box:2375"),
        ("tcp://box:80/engine/", "tcp://box:80/engine"),
        ("tcp://[::1]:80", "tcp://[::1]:80"),
        ("tcp://[fe80::1]", "tcp://[fe80::1]:2375"),
        ("::1", "tcp://[::1]:2375"),
        ("box:80", "tcp://box:80"),
        ("localhost", "tcp://localhost:2375"),
        ("http://box:80", "tcp://box:80"),
    ],
)
def test_a_host_is_read_as_docker_reads_it(
    text: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse(text, "x").url == url.format(here=tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ssh://-oProxyCommand=x", "unable to parse docker host 'ssh://-oProxyCommand=x'"),
        ("ssh://u:pw@box", "unable to parse docker host 'ssh://u:pw@box' (from --host)"),
        ("ssh://-u@box", "unable to parse docker host 'ssh://-u@box' (from --host)"),
        ("ssh://box/a;b", "unable to parse docker host 'ssh://box/a;b' (from --host)"),
        ("ssh://box:x", "unable to parse docker host 'ssh://box:x' (from --host)"),
        ("ssh://", "unable to parse docker host 'ssh://' (from --host)"),
        ("https://box:2376", "unable to parse docker host 'https://box:2376' (from --host)"),
        ("fd://", "unable to parse docker host 'fd://' (from --host)"),
        ("npipe:////./pipe/x", "unable to parse docker host 'npipe:////./pipe/x' (from --host)"),
        ("tcp://box:0x", "unable to parse docker host 'tcp://box:0x' (from --host)"),
        ("tcp://box:99999", "unable to parse docker host 'tcp://box:99999' (from --host)"),
        ("tcp://a b", "unable to parse docker host 'tcp://a b' (from --host)"),
        ("tcp://me@box", "unable to parse docker host 'tcp://me@box' (from --host)"),
        ("unix:///\0", "the socket's path is not UTF-8 text: '/\\x00' (from --host)"),
        ("unix:///\udcff", "the socket's path is not UTF-8 text: '/\\udcff' (from --host)"),
    ],
)
def test_a_host_that_cannot_be_used_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(DsockError) as caught:
        parse(text, "--host")
    assert caught.value.message == message.removesuffix(" (from --host)") + " (from --host)"


@pytest.mark.parametrize("letter", ["a", "ü"])
def test_a_socket_path_may_have_107_bytes_and_no_more(letter: str) -> None:
    longest = "/" + letter * (106 // len(letter.encode()))
    assert parse(f"unix://{longest}", "x").socket_path == longest
    with pytest.raises(DsockError, match="more than the 107 that a unix socket can have"):
        parse(f"unix://{longest}ü", "x")


def test_tls_is_for_tcp_and_not_for_a_socket(tmp_path: Path) -> None:
    environ = {"DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": "1"}
    ca = tmp_path / "ca.pem"
    assert resolve(None, None, environ, tmp_path) == Endpoint(
        "tcp://box:2376", "DOCKER_HOST", Tls(ca)
    )
    assert resolve("tcp://h:1", None, environ, tmp_path).tls == Tls(ca)
    assert resolve("tcp://h:1", None, environ, tmp_path).http_url == "https://h:1"
    assert resolve("unix:///d.sock", None, environ, tmp_path).tls is None
    without = {"DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": ""}
    assert resolve(None, None, without, tmp_path) == Endpoint("tcp://box:2375", "DOCKER_HOST")


@pytest.mark.parametrize(
    ("flags", "environ", "found"),
    [
        ({}, {}, None),
        ({"tls": True}, {}, Tls(None, verify=False)),
        ({}, {"DOCKER_TLS": "1"}, Tls(None, verify=False)),
        ({"verify": True}, {}, Tls(Path("config/ca.pem"))),
        ({"verify": False}, {"DOCKER_TLS_VERIFY": "1"}, Tls(None, verify=False)),
        ({"verify": True, "ca": "my-ca"}, {"DOCKER_CERT_PATH": "elsewhere"}, Tls(Path("my-ca"))),
        (
            {"cert": "c", "key": "k"},
            {"DOCKER_TLS_VERIFY": "0", "DOCKER_CERT_PATH": "elsewhere"},
            Tls(Path("elsewhere/ca.pem"), Path("c"), Path("k")),
        ),
        ({"cert": "c", "key": "k"}, {}, None),
    ],
)
def test_flags_and_environment_choose_tls_as_docker_does(
    flags: dict[str, Any], environ: dict[str, str], found: Tls | None
) -> None:
    assert chosen(TlsFlags(**flags), environ, Path("config")) == found


def test_a_certificate_that_is_there_is_used_unasked(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).touch()
    found = chosen(TlsFlags(tls=True), {}, tmp_path)
    assert found == Tls(None, tmp_path / "cert.pem", tmp_path / "key.pem", verify=False)


def test_a_context_has_its_own_certificates(folder: Path) -> None:
    write_context(folder, "skips", {"Host": "tcp://box:2376", "SkipTLSVerify": True})
    digest = write_context(folder, "files", {"Host": "tcp://box:2376"}).parent.name
    tls = folder / "contexts" / "tls" / digest / "docker"
    tls.mkdir(parents=True)
    (tls / "ca.pem").touch()
    assert resolve(None, "skips", {}, folder).tls == Tls(verify=False)
    assert resolve(None, "files", {}, folder).tls == Tls(tls / "ca.pem")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "names no docker engine"),
        ('{"Endpoints": {"kubernetes": {}}}', "names no docker engine"),
        ('{"Endpoints": {"docker": "x"}}', "names no docker engine"),
    ],
)
def test_a_context_that_cannot_be_read_is_named(folder: Path, text: str, message: str) -> None:
    write_context(folder, "broken", {}).write_text(text)
    with pytest.raises(DsockError, match=message) as caught:
        resolve(None, "broken", {}, folder)
    assert "context 'broken'" in caught.value.message


def test_a_context_without_a_host_is_dockers_default(folder: Path) -> None:
    write_context(folder, "plain", {"Host": ""})
    assert resolve(None, "plain", {}, folder).url == "unix:///var/run/docker.sock"


@pytest.mark.parametrize("name", ["missing", "../../x", "\udcff"])
def test_a_context_that_does_not_exist_is_named(folder: Path, name: str) -> None:
    with pytest.raises(DsockError, match="does not exist in"):
        resolve(None, name, {}, folder)


def test_the_current_context_may_be_missing_from_a_configuration(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"currentContext": ""}', '{"currentContext": 1}'):
        (tmp_path / "config.json").write_text(text)
        assert context_name(None, None, {}, tmp_path) == "default"


def test_the_configuration_is_below_home_unless_docker_config_says_so() -> None:
    assert config_dir({"HOME": "/h", "DOCKER_CONFIG": ""}) == Path("/h/.docker")
    assert config_dir({"HOME": "/h", "DOCKER_CONFIG": "/c"}) == Path("/c")


@pytest.mark.parametrize("name", ["with a space", "Ünïcödé", "%41?#&", "'\"$`\\", "UPPER"])
def test_any_path_of_a_socket_is_reached(scripted: Scripted, tmp_path: Path, name: str) -> None:
    folder = scripted.path.parent / name
    folder.mkdir()
    (folder / "d.sock").symlink_to(scripted.path)
    scripted.expect("GET", "/containers/json", json=[], repeat=True)
    absolute = scripted.dsock("-H", f"unix://{folder}/d.sock", "ps", "-q")
    relative = scripted.dsock("-H", "unix://./d.sock", "ps", "-q", cwd=folder)
    assert (absolute.stderr, relative.stderr) == ("", "")
    assert len(scripted.calls) == 2


def test_an_engine_on_tcp_below_a_path_is_reached(tmp_path: Path) -> None:
    with Scripted(tcp=True) as engine:
        engine.expect("GET", "/engine/_ping", body_bytes=b"OK", headers={"Api-Version": "1.41"})
        engine.expect("GET", "/engine/v1.41/containers/json", json=[])
        done = engine.dsock("-H", f"{engine.host}/engine", "ps", "-q")
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_the_options_work_after_the_subcommand_too(scripted: Scripted) -> None:
    scripted.expect("GET", "/containers/json", json=[], repeat=True)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        env = {"DOCKER_HOST": f"tcp://127.0.0.1:{unused.getsockname()[1]}"}
        assert scripted.dsock("ps", env=env).returncode == 1
        assert scripted.dsock("ps", "--host", scripted.host, env=env).returncode == 0
        assert scripted.dsock("-H", scripted.host, "ps", env=env).returncode == 0
        context = write_context(scripted.path.parent, "mine", {"Host": scripted.host})
        assert context.exists()
        assert scripted.dsock("ps", "--context", "mine", env=env).returncode == 0
        assert scripted.dsock("-c", "mine", "ps", env=env).returncode == 0
