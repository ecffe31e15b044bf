"""Where sandboxes are kept: a folder of this user's, with a folder for each."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.errors import DsockError
from dsock.sandbox import box, images
from dsock.sandbox.box import Sandbox
from dsock.sandbox.needs import find
from dsock.sandbox.program import Program


@contextmanager
def temporary(kind: str | None, wanted: Sequence[str]) -> Iterator[Sandbox]:
    """A sandbox for the time of a `with`, and no longer whatever becomes of this process."""
    made = _start(f"run-{secrets.token_hex(4)}", find(kind), wanted, bound=True)
    try:
        yield made
    finally:
        remove(made)


def keep(name: str, kind: str | None, wanted: Sequence[str]) -> Sandbox:
    """Start a sandbox that stays until it is stopped. Raises DsockError if it is there already."""
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}", name):
        raise DsockError(f"invalid name of a sandbox: {name!r}", "letters, digits, _ . and -")
    program = find(kind)
    there = _folder() / name
    if there.exists():
        if Sandbox(there).holder:
            raise DsockError(f"sandbox {name} is running", f"`dsock sandbox stop {name}` ends it")
        Sandbox(there).stop()
    return _start(name, program, wanted, bound=False)


def all_() -> list[Sandbox]:
    """Every sandbox of this user, by name. Removes what a killed `run` has left behind."""
    found = []
    for path in sorted(_folder().glob("*")):
        sandbox = Sandbox(path)
        if sandbox.facts.get("bound") and not sandbox.holder:
            sandbox.stop()
        else:
            found.append(sandbox)
    return found


def named(name: str) -> Sandbox:
    """The sandbox of that name. Raises DsockError if there is none."""
    for sandbox in all_():
        if sandbox.name == name:
            return sandbox
    raise DsockError(f"no such sandbox: {name}", "`dsock sandbox ls` shows all")


def remove(sandbox: Sandbox) -> None:
    """Stop it, and remove the folder of all when it was the last."""
    sandbox.stop()
    with suppress(OSError):
        sandbox.folder.parent.rmdir()


def _start(name: str, program: Program, wanted: Sequence[str], bound: bool) -> Sandbox:
    all_()
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        made = box.start(folder / name, program, bound)
        engine = Engine(parse(made.host, "sandbox"))
        for image in wanted:
            images.load(engine, image)
    except BaseException:
        remove(Sandbox(folder / name))
        raise
    return made


def _folder() -> Path:
    """The user's folder: it goes with a reboot, as sandboxes do.

    Raises DsockError if somebody else has made it: whoever owns it could swap the sockets.
    """
    runtime = "/run" if os.getuid() == 0 else os.environ.get("XDG_RUNTIME_DIR")
    path = Path(runtime, "dsock") if runtime else Path(f"/tmp/dsock-{os.getuid()}")
    with suppress(FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
            raise DsockError(f"{path} is not a folder of yours alone", "remove it, or set its mode")
    return path
