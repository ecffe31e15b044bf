"""--curl and --dry-run of build: what the shell's tar sends is what dsock sends."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import tarfile
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.scripted import Answer, Scripted


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "con text"
    (made / "sub/deep").mkdir(parents=True)
    for name in ("Dockerfile", "out", "sub/in", "sub/out", "it's", "-f", "sub/deep/x"):
        (made / name).write_text(f"FROM {name}\n")
    (made / "link").symlink_to("sub")
    (tmp_path / "outside").write_text("FROM outside\n")
    return made


def sent(engine: Scripted) -> dict[str, tuple[object, ...]]:
    """What the last call uploaded: {name: what it is}, without what is of this moment."""
    body = engine.calls[-1].body
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    found = {}
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            name = made_up(member.name.removeprefix("./"))
            text = made_up(content.read().decode()) if content else ""
            mode = 0 if ".dockerfile" in name or name == ".dockerignore" else member.mode
            owner = member.uid, member.gid
            found[name] = (member.type, mode, owner, member.linkname, text)
    return {name: item for name, item in found.items() if name not in ("", ".")}


def made_up(text: str) -> str:
    return re.sub(r"\.dockerfile\.\w{20}", ".dockerfile.X", text)


@pytest.mark.parametrize("ignore", ["", "out\n**/out\n", "*\n!sub/in\n"])
@pytest.mark.parametrize(
    ("flags", "given"),
    [
        ([], ""),
        (["--compress"], ""),
        (["-f", "outside"], ""),
        (["-f", "-"], "FROM input\n"),
    ],
    ids=["plain", "compressed", "outside", "input"],
)
def test_the_script_sends_what_the_command_sends(
    scripted: Scripted, place: Path, ignore: str, flags: list[str], given: str
) -> None:
    if ignore:
        (place / ".dockerignore").write_text(ignore)
    compare(scripted, place, [*flags, str(place)], given.encode())


@pytest.mark.parametrize("kind", ["archive", "dockerfile"])
def test_the_script_sends_its_input_too(scripted: Scripted, place: Path, kind: str) -> None:
    given = b"FROM input\n"
    if kind == "archive":
        argv = ["tar", "-cz", "-C", str(place), "Dockerfile", "sub"]
        given = subprocess.run(argv, capture_output=True, check=True).stdout
    compare(scripted, place, ["-"], given)


def compare(engine: Scripted, place: Path, args: list[str], given: bytes) -> None:
    engine.anything = Answer(chunks=[{"stream": "done\n"}])
    how = {"cwd": place.parent, "input": given, "text": False}
    assert engine.dsock("build", *args, **how).returncode == 0
    by_command = sent(engine)
    script = engine.dsock("--dry-run", "build", *args, **how)
    assert (script.returncode, len(engine.calls)) == (0, 1)
    file = place.parent / "script"
    file.write_bytes(script.stdout)
    done = subprocess.run(
        ["sh", str(file)], input=given, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(engine.calls) == 2
    assert engine.calls[0].method == engine.calls[1].method == "POST"
    targets = [made_up(call.target) for call in engine.calls]
    assert targets[1] == targets[0]
    assert sent(engine) == by_command
    assert len(by_command) > 0


def test_a_context_that_the_engine_fetches_is_not_sent(scripted: Scripted) -> None:
    for source in ("https://example.com/a.git#main:sub", "git@example.com:a/b", "http://x/y.tar"):
        scripted.calls.clear()
        scripted.anything = Answer(chunks=[{"stream": "done\n"}])
        done = scripted.dsock("build", "-f", "sub/Dockerfile", source)
        assert (done.returncode, done.stdout) == (0, "done\n")
        [call] = scripted.calls
        assert call.body == b""
        assert dict(parse_qsl(call.target.partition("?")[2])) == {
            "remote": source,
            "dockerfile": "sub/Dockerfile",
            "version": "1",
        }
