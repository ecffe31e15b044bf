"""Lines of flags for `create`, and what docker makes of them.

create_bodies.jsonl holds what docker 28.2.2 sends to an engine of API 1.51 for each line, or its
exit code if it sends nothing. It was recorded, not written; tests/engine/test_create_bodies.py
records it again with the docker that is there. `bare` is how bodies are compared: docker sends
the zero value of every field, dsock sends what is set.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dsock import tree
from dsock.commands.container.options import create_options
from dsock.flags import create

RECORDED = Path(__file__).with_name("create_bodies.jsonl")

# What has no value of its own, and what is sent even if it is empty.
ZEROS: tuple[Any, ...] = (None, False, 0, "", [], {}, [0, 0])
KEPT = {"StopTimeout", "Init", "MaskedPaths", "ReadonlyPaths", "MemorySwappiness"}
# Maps from the user's keys: what stands in them is never left out.
MAPS = {
    "Annotations", "Config", "DriverOpts", "EndpointsConfig", "ExposedPorts", "Labels",
    "Options", "PortBindings", "StorageOpt", "Sysctls", "Tmpfs", "Volumes",
}  # fmt: skip
# docker keeps these in maps, whose order is chance.
UNORDERED = {"Binds", "Env"}

FILES = {
    "vars.env": b"\xef\xbb\xbfA=1\n# comment\n  B=2 \nC=\"x y\"\nHOME\nNOPE\nD=\n E='q'\r\n\n#=\n",
    "spaces.env": b"OK=1\nA B=1\n",
    "nameless.env": b"=1\n",
    "bytes.env": b"A=1\nB=\xff\n",
    "labels": b'none\nempty=\n  quoted="x"\n',
    "seccomp.json": '{ "defaultAction": "ALLOW",\n "x": [1, 2.50, "é \\" <>&"] }\n'.encode(),
}
ENVIRON = {"HOME": "/home/ann", "EMPTY": ""}


def recorded() -> list[dict[str, Any]]:
    """{"flags", and "body" or "exit"} of each line."""
    return [json.loads(line) for line in RECORDED.read_text().splitlines()]


def place(folder: Path) -> Path:
    """A folder to run lines in, with the files that they name. `folder` reads /TMP in bodies."""
    here = folder / "up" / "here"
    here.mkdir(parents=True)
    for name, content in FILES.items():
        (here / name).write_bytes(content)
    return here


def placed(body: dict[str, Any], folder: Path) -> dict[str, Any]:
    """`body` with /TMP for `folder`."""
    found: dict[str, Any] = json.loads(json.dumps(body).replace(str(folder), "/TMP"))
    return found


@tree.command(interspersed=False)
@click.option("-d", "--detach", is_flag=True)
@create_options
@click.argument("image")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def _run(**given: Any) -> dict[str, Any]:
    return given


def command_line(line: str) -> dict[str, Any]:
    """What `run` makes of `line`, written as in a shell: its flags, "image" and "command"."""
    found: dict[str, Any] = _run.main(shlex.split(line), standalone_mode=False, obj=object())
    return found


def flags(line: str) -> dict[str, Any]:
    """What create_options makes of the flags in `line`, written as in a shell."""
    found = command_line(f"{line} busybox")
    return {key: found[key] for key in found if key not in ("image", "command", "detach")}


def body(line: str, environ: Mapping[str, str] = ENVIRON, **options: Any) -> dict[str, Any]:
    """The body of `create LINE busybox`."""
    return create.body("busybox", (), flags(line), environ, **options)


def host(line: str, **options: Any) -> dict[str, Any]:
    """The HostConfig of a line, less what every container has."""
    found: dict[str, Any] = body(line, **options)["HostConfig"]
    plain = {"NetworkMode": "default", "RestartPolicy": {"Name": "no"}}
    return {key: value for key, value in found.items() if plain.get(key) != value}


def bare(value: Any, key: str = "") -> Any:
    """A body without zero values, lists whose order is chance sorted."""
    if isinstance(value, list):
        found = [bare(item) for item in value]
        return sorted(found) if key in UNORDERED else found
    if not isinstance(value, dict):
        return value
    items = {name: bare(item, name) for name, item in value.items()}
    if key in MAPS:
        return items
    return {name: item for name, item in items.items() if not _unset(name, item)}


def _unset(key: str, value: Any) -> bool:
    if key == "EndpointsConfig" and value == {"default": {}}:  # docker names it always
        return True
    if key == "MemorySwappiness" and value == -1:
        return True
    return value is None or (key not in KEPT and value in ZEROS)
