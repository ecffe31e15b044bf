"""Credentials: where they are looked up, how they are kept, what a header carries."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dsock.errors import DsockError
from dsock.registry import auth, names
from dsock.registry.auth import Auth
from dsock.registry.credentials import Credentials
from dsock.registry.helpers import Helper

# A helper that keeps what it gets in a file beside it, and writes down how it was called.
HELPER = (
    f"#!{sys.executable} -ES\n"
    + """\
import json, os, sys
text, action = sys.stdin.read(), sys.argv[1]
here = os.path.dirname(os.path.abspath(sys.argv[0]))
with open(f"{here}/calls", "a") as calls:
    calls.write(f"{action} {text}\\n")
path = f"{here}/kept.json"
kept = json.load(open(path)) if os.path.exists(path) else {}
if action == "store":
    record = json.loads(text)
    kept[record["ServerURL"]] = record
elif action == "list":
    print(json.dumps({server: record["Username"] for server, record in kept.items()}))
elif text not in kept:
    print("credentials not found in native keychain")
    sys.exit(1)
elif action == "get":
    print(json.dumps(kept[text]))
else:
    del kept[text]
json.dump(kept, open(path, "w"))
"""
)
HUB = "https://index.docker.io/v1/"


class Home:
    """A docker configuration, and programs in a PATH of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder / "docker", folder / "bin"
        self.bin.mkdir()
        self.warnings: list[str] = []
        self.environ = {"PATH": str(self.bin)}  # this host's own helpers are not there

    def program(self, name: str, text: str = HELPER) -> None:
        path = self.bin / f"docker-credential-{name}"
        path.write_text(text)
        path.chmod(0o755)

    def credentials(self, **config: object) -> Credentials:
        if config:
            self.folder.mkdir(exist_ok=True)
            (self.folder / "config.json").write_text(json.dumps(config))
        return Credentials(self.folder, self.config(), self.environ, self.warnings.append)

    def config(self) -> dict[str, object]:
        path = self.folder / "config.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def calls(self) -> list[str]:
        return (self.bin / "calls").read_text().splitlines()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def entry(pair: str) -> dict[str, str]:
    return {"auth": base64.b64encode(pair.encode()).decode()}


def decoded(header: str | None) -> object:
    assert header is not None
    return json.loads(base64.urlsafe_b64decode(header))


def test_a_header_is_base64_for_urls_with_its_padding() -> None:
    header = Auth("r.example", "alice", "~~~???>>>ÿ€").header()
    assert not set(header) & set("+/")
    assert set(header) & set("-_")
    assert len(header) % 4 == 0
    assert decoded(header) == {
        "username": "alice", "password": "~~~???>>>ÿ€", "serveraddress": "r.example",
    }  # fmt: skip


def test_credentials_of_the_file_are_those_of_the_registry_in_the_images_name(home: Home) -> None:
    found = home.credentials(
        auths={
            "r.example:5000": entry("alice:s3:cret"),
            HUB: entry("bob:hub"),
            "https://old.example/v1/": entry("carol:old"),
            "t.example": {"identitytoken": "tok"},
            "empty.example": {},
        }
    )
    assert decoded(found.header("r.example:5000"))["password"] == "s3:cret"
    assert decoded(found.header("docker.io")) == {
        "username": "bob", "password": "hub", "serveraddress": HUB,
    }  # fmt: skip
    assert decoded(found.header("old.example"))["username"] == "carol"
    assert decoded(found.header("t.example"))["identitytoken"] == "tok"
    assert found.header("empty.example") is None
    assert found.header("other.example") is None
    assert home.warnings == []


def test_a_build_gets_the_credentials_of_all_registries(home: Home) -> None:
    home.program("store")
    home.program("own")
    found = home.credentials(
        auths={"r.example": entry("alice:one")}, credHelpers={"o.example": "own"}
    )
    Helper("own", home.environ).store("o.example", "olga", "two")
    config = decoded(found.registry_config())
    assert {name: item["password"] for name, item in config.items()} == {
        "r.example": "one", "o.example": "two",
    }  # fmt: skip
    found = home.credentials(credsStore="store")
    assert list(decoded(found.registry_config())) == ["o.example"]
    assert home.credentials(auths={}).registry_config() is None


def test_a_helper_is_asked_by_its_protocol(home: Home) -> None:
    home.program("fake")
    found = home.credentials(credsStore="fake")
    assert found.header("docker.io") is None
    assert found.store(HUB, Auth(HUB, "bob", 'p"w\\€')) is False
    assert home.config() == {"credsStore": "fake", "auths": {HUB: {}}}
    found = home.credentials()
    assert found.get(HUB) == Auth(HUB, "bob", 'p"w\\€')
    found.erase(HUB)
    assert home.config() == {"credsStore": "fake", "auths": {}}
    assert [call.partition(" ")[0] for call in home.calls()] == ["get", "store", "get", "erase"]
    assert home.calls()[0] == f"get {HUB}"


def test_a_helper_keeps_an_identity_token_under_a_name_of_its_own(home: Home) -> None:
    home.program("fake")
    found = home.credentials(credHelpers={"r.example": "fake"})
    found.store("r.example", Auth("r.example", "alice", "", "tok"))
    assert json.loads(home.calls()[0].partition(" ")[2])["Username"] == "<token>"
    assert home.credentials().get("r.example") == Auth("r.example", identity_token="tok")


def test_the_first_credentials_go_where_docker_puts_them(home: Home) -> None:
    home.program("pass")
    (home.bin / "pass").touch(0o755)
    assert home.credentials().store(HUB, Auth(HUB, "bob", "pw")) is False
    assert home.config() == {"auths": {HUB: {}}, "credsStore": "pass"}
    assert home.credentials().get(HUB).password == "pw"


def test_a_store_that_nobody_asked_for_is_explained_where_it_fails(home: Home) -> None:
    home.program("secretservice", "#!/bin/sh\necho no D-Bus; exit 1\n")
    with pytest.raises(DsockError, match="secretservice store failed: no D-Bus") as caught:
        home.credentials().store(HUB, Auth(HUB, "bob", "pw"))
    assert "credsStore" in (caught.value.hint or "")
    assert home.config() == {}
    found = home.credentials(auths={"r.example": entry("alice:pw")})
    assert found.store(HUB, Auth(HUB, "bob", "pw")) is True


def test_a_missing_helper_is_warned_of_and_the_registry_asked_without_a_name(home: Home) -> None:
    found = home.credentials(credsStore="nosuch")
    assert found.header("r.example") is None
    assert home.warnings == ["WARNING: docker-credential-nosuch: no such program in PATH"]
    with pytest.raises(DsockError):
        found.store("r.example", Auth("r.example", "alice", "s3cret"))
    assert "s3cret" not in (home.folder / "config.json").read_text()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#!/bin/sh\necho 'exit status 2: gpg: no key'; exit 1\n", "exit status 2: gpg: no key"),
        ("#!/bin/sh\nexit 3\n", "no reason"),
        ("#!/bin/sh\necho s3cret\n", "not a JSON object"),
        ("#!/bin/sh\necho '[]'\n", "not a JSON object"),
        ("no program\n", "cannot run"),
    ],
)
def test_what_is_wrong_with_a_helper_is_said_and_no_secret(home: Home, text, problem) -> None:
    home.program("bad", text)
    with pytest.raises(DsockError) as caught:
        home.credentials(credsStore="bad").get("r.example")
    assert problem in caught.value.message
    assert "s3cret" not in caught.value.message


def test_a_helper_that_hangs_is_ended_although_what_it_started_goes_on(home: Home) -> None:
    home.program("slow", f"#!/bin/sh\n/bin/sleep 30 & echo $! >{home.bin}/left; wait\n")
    began = time.monotonic()
    with pytest.raises(DsockError, match="no answer in 1 seconds"):
        Helper("slow", home.environ, seconds=1).get("r.example")
    assert time.monotonic() - began < 20
    left = int((home.bin / "left").read_text())
    os.kill(left, 9)


def test_a_helper_with_a_path_for_a_name_is_not_run(home: Home) -> None:
    (home.bin / "docker-credential-").mkdir()
    (home.bin / "evil").write_text("#!/bin/sh\necho ran >&2\n")
    (home.bin / "evil").chmod(0o755)
    with pytest.raises(DsockError, match="no such program"):
        Helper("/../evil", home.environ).get("r.example")


def test_the_environment_goes_before_the_file(home: Home) -> None:
    home.environ["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": {"r.example": entry("env:one")}})
    found = home.credentials(
        auths={"r.example": entry("file:two"), "s.example": entry("file:three")}
    )
    assert found.get("r.example").username == "env"
    assert found.get("s.example").username == "file"
    assert set(decoded(found.registry_config())) == {"r.example", "s.example"}


@pytest.mark.parametrize("text", ["{bad", "[]x", '{"auths": {"r.example": {"auth": "!"}}}'])
def test_an_environment_that_holds_no_credentials_is_ignored(home: Home, text: str) -> None:
    home.environ["DOCKER_AUTH_CONFIG"] = text
    assert home.credentials().header("r.example") is None
    assert home.warnings == ["WARNING: DOCKER_AUTH_CONFIG is ignored: it holds no credentials"]


@pytest.mark.parametrize("bad", [3, {"auth": "%%"}, entry("nocolon"), entry(":nouser")])
def test_an_entry_that_is_none_stops_only_its_own_registry(home: Home, bad: object) -> None:
    found = home.credentials(auths={"bad.example": bad, "r.example": entry("alice:pw")})
    assert found.header("bad.example") is None
    assert found.header("r.example") is not None
    assert len(home.warnings) == 1
    assert "bad.example" in home.warnings[0]


def test_a_change_keeps_what_others_have_in_the_file(home: Home) -> None:
    home.folder.mkdir()
    path = home.folder / "config.json"
    path.write_text('{"zeta": {"b": 1, "a": "é<&>"}, "auths": {"x": {}}, "alpha": [1.50]}')
    path.chmod(0o640)
    credentials = home.credentials()
    assert credentials.store("r.example", Auth("r.example", "alice", "pw")) is True
    assert home.credentials().store("r.example", Auth("r.example", "alice", "pw")) is False
    assert path.read_text() == (
        '{\n\t"zeta": {\n\t\t"b": 1,\n\t\t"a": "é<&>"\n\t},\n\t"auths": {\n\t\t"x": {},'
        '\n\t\t"r.example": {\n\t\t\t"auth": "YWxpY2U6cHc="\n\t\t}\n\t},'
        '\n\t"alpha": [\n\t\t1.5\n\t]\n}'
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert [found.name for found in home.folder.iterdir()] == ["config.json"]


def test_of_many_changes_at_a_time_none_is_lost(home: Home) -> None:
    names = [f"r{number}.example" for number in range(60)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda key: home.credentials().store(key, Auth(key, "alice", "pw")), names))
    assert home.config() == {"auths": {name: entry("alice:pw") for name in names}}


def test_a_new_file_is_for_its_owner_only(home: Home) -> None:
    mask = os.umask(0)
    try:
        home.credentials().store("r.example", Auth("r.example", "alice", "pw"))
    finally:
        os.umask(mask)
    assert (home.folder / "config.json").stat().st_mode & 0o777 == 0o600
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_a_link_stays_a_link(home: Home, tmp_path: Path) -> None:
    home.folder.mkdir()
    real = tmp_path / "dotfiles" / "docker.json"
    real.parent.mkdir()
    real.write_text('{"auths": {}}')
    (home.folder / "config.json").symlink_to("../dotfiles/docker.json")
    home.credentials().store("r.example", Auth("r.example", "alice", "pw"))
    assert (home.folder / "config.json").is_symlink()
    assert json.loads(real.read_text()) == {"auths": {"r.example": entry("alice:pw")}}


@pytest.mark.parametrize("text", ["{broken", "[]", '"text"'])
def test_a_broken_file_is_left_as_it_is(home: Home, text: str) -> None:
    home.folder.mkdir()
    path = home.folder / "config.json"
    path.write_text(text)
    found = Credentials(home.folder, {}, home.environ, home.warnings.append)
    with pytest.raises(DsockError, match="is not docker's configuration"):
        found.store("r.example", Auth("r.example", "alice", "pw"))
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("r.example", "r.example"),
        ("r.example:5000", "r.example:5000"),
        ("https://r.example", "r.example"),
        ("https://r.example:5000/v1/", "r.example:5000"),
        ("http://[::1]:5000/", "[::1]:5000"),
        ("r.example/v2/", "r.example"),
        ("https://index.docker.io/v1/", "index.docker.io"),
        ("http://[bad", "http:"),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert names.hostname(address) == host


def test_what_was_read_is_written_in_the_same_way() -> None:
    kept = {**entry("alice:p:w"), "email": "a@example", "identitytoken": "tok"}
    assert auth.read("r.example", kept).entry() == kept
