"""The endpoints at the end of every --help, and what they are read from: docstrings that say what
the functions of dsock.api do."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import dsock.api
from dsock import endpoints, tree
from dsock.cli import root
from dsock.engine.request import Request, Upload
from tests.test_arrows import ARROWS
from tests.test_help import TREE, words

TAB = {"cli", "completion", "options", "tree"}  # rooms that lead to calls of TAB only
WRITTEN = {"relay", "remake"}  # calls that are shown, not made


def api_functions() -> dict[str, Callable[..., Request]]:
    found = {}
    for module in pkgutil.iter_modules(dsock.api.__path__, "dsock.api."):
        for name, member in vars(import_module(module.name)).items():
            public = inspect.isfunction(member) and not name.startswith("_")
            if public and member.__module__ == module.name:
                found[f"{module.name}.{name}"] = member
    return found


API = api_functions()
NAMED = {"kind": "services"}  # arguments that are no name of the user's


def called(function: Callable[..., Request]) -> Request:
    """The request of `function` for arguments that fit its annotations; text is "ARG"."""
    wanted = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    values: dict[str, Any] = {"str": "ARG", "int": 1, "bool": True, "float": 1.0}
    upload = Upload("context.tar", [])
    special: dict[str, Any] = {"Upload": upload, "Upload | None": upload}
    given = {p.name: (values | special).get(p.annotation, {}) for p in wanted}
    return function(**{name: NAMED.get(name, value) for name, value in given.items()})


@pytest.mark.parametrize("name", API)
def test_a_docstring_of_the_api_begins_with_the_endpoint_of_the_request(name: str) -> None:
    function = API[name]
    if inspect.signature(function).return_annotation != "Request":
        return  # a part of requests: no call by itself
    said = re.match(r"([A-Z]+) (/\S*?)[.:,]?(\s|$)", function.__doc__ or "")
    assert said, f"{name}: {function.__doc__}"
    request = called(function)
    assert said[1] == request.method
    assert re.fullmatch(pattern(said[2]), request.path)


def pattern(template: str) -> str:
    """A regular expression for the paths that "/containers/{id}/json" stands for. Only what is
    called a name may have slashes in it, as images have; {a|b} is one of those words."""
    kinds = {"{name}": ".+"}
    parts = (
        f"({part[1:-1]})" if "|" in part else kinds.get(part, "[^/]+")
        if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{[\w|]+\})", template)
    )  # fmt: skip
    return "".join(parts)


def test_the_rooms_that_are_not_read_lead_to_no_call() -> None:
    for room in endpoints.SILENT - TAB - WRITTEN:
        reached, waiting = set(), {room}
        while waiting:
            reached |= waiting
            waiting = {other for one in waiting for other in ARROWS[one]} - reached
        assert not reached & {"api", "app", "commands", "events", "terminal"}, room


def shown(*path: str) -> list[str]:
    """The endpoints in the help of a command, ["GET /_ping", ...]."""
    text = CliRunner().invoke(root, [*path, "--help"], prog_name="dsock").output
    _, found, end = text.partition("\nEndpoints:\n")
    assert not found or end.endswith("\n")
    return [" ".join(line.split()) for line in end.splitlines()]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pause", ["GET /_ping", "POST /containers/{id}/pause"]),
        ("container pause", ["GET /_ping", "POST /containers/{id}/pause"]),
        # A method of the App makes the call; one of TAB's does not count.
        ("export", ["GET /_ping", "GET /containers/{id}/export"]),
        # Another room makes it, in a class or behind a package's front.
        (
            "events",
            [
                "GET /_ping",
                "GET /containers/{id}/json",
                "GET /events",
                "GET /containers/json",
                "GET /networks",
                "GET /info",
            ],
        ),
        ("where", ["GET /_ping"]),
        ("completion", []),
    ],
)
def test_help_ends_with_the_endpoints(path: str, expected: list[str]) -> None:
    assert shown(*path.split()) == expected


def test_what_a_table_of_functions_can_call_is_told_too() -> None:
    found = shown("inspect")
    assert {"GET /containers/{id}/json", "GET /volumes/{name}", "GET /info"} <= set(found)


def test_of_an_object_only_the_methods_that_are_asked_for_count() -> None:
    for noun in ("container", "network", "volume", "image"):
        others = {"container", "network", "volume", "image"} - {noun}
        posts = [line for line in shown(noun, "prune") if line.startswith("POST")]
        assert posts == [f"POST /{noun}s/prune"]
        deleted = [line for line in shown(noun, "prune") if line.startswith("DELETE")]
        assert len(deleted) == 1
        assert not any(f"/{other}s/" in deleted[0] for other in others)
    assert "GET /images/json" not in shown("volume", "prune")


def test_calls_come_in_the_order_of_the_code() -> None:
    found = shown("run")
    order = ["/containers/create", "/containers/{id}/start", "/containers/{id}/resize"]
    assert [line.partition(" ")[2] for line in found if line.endswith(tuple(order))] == order


@pytest.mark.parametrize(
    "path", [p for p, found in TREE.items() if not isinstance(found, click.Group)], ids=words
)
def test_a_command_that_talks_to_the_engine_says_to_which_endpoints(path: tuple[str, ...]) -> None:
    command = TREE[path]
    assert isinstance(command, tree.Command)
    module = import_module(command.module)
    source = Path(str(module.__file__)).read_text()
    if "app.engine" in source and "Request(" not in source:
        assert endpoints.of(command.module)
