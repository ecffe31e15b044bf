"""Who imports whom: the rooms of the house and the arrows between them, read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dsock

SOURCE = Path(dsock.__file__).parent

# A room is a package or module right below dsock: room -> the rooms that it may import.
ARROWS: dict[str, set[str]] = {
    "__main__": {"cli"},
    "cli": {"app", "errors", "render", "tree"},
    "app": {"engine", "errors", "registry", "render"},
    "tree": {"completion", "endpoints"},
    "endpoints": set(),
    "options": {"completion", "flags"},
    "configfile": {"errors", "files"},
    "registry": {"configfile", "errors"},
    "errors": set(),
    "files": {"errors"},
    "completion": {"api", "engine"},
    "archive": {"errors"},
    "audit": set(),
    "copy": {"api", "app", "archive", "engine", "errors", "render", "views"},
    "commands": {
        "api", "app", "archive", "audit", "child", "completion", "configfile", "copy", "diagram",
        "engine", "errors", "events", "files", "flags", "logs", "monitor", "options", "registry",
        "relay", "remake", "render", "sandbox", "stats", "templates", "terminal", "tree", "views",
        "walkthrough",
    },
    "walkthrough": {"api", "diagram", "engine", "errors", "events", "render", "terminal", "views"},
    "monitor": {"api", "engine", "errors", "events", "render", "stats", "views"},
    "templates": {"errors", "flags", "render"},
    "terminal": {"api", "app", "engine", "errors", "files"},
    "events": {"api", "engine", "errors", "flags", "terminal"},
    "logs": {"api", "engine", "errors", "flags"},
    "child": {"errors"},
    "diagram": {"render", "views"},
    "sandbox": {"child", "engine", "errors", "files"},
    "stats": {"api", "engine", "errors", "events"},
    "relay": {"api", "engine", "errors"},
    "engine": {"configfile", "errors", "files"},
    "api": {"engine"},
    "flags": {"errors", "views"},
    "remake": {"api", "engine", "flags"},
    "views": {"archive", "errors", "flags", "render"},
    "render": {"errors", "views"},
}  # fmt: skip

# A library that is slow to import or belongs in one place -> who may import it.
LIBRARIES = {
    "click": {"cli", "commands", "completion", "errors", "options", "tree"},
    "rich": {"app", "commands", "diagram", "monitor", "render", "terminal", "walkthrough"},
    "gotpl": {"render", "templates"},
    "requests": {"engine.transport"},
    "requests_unixsocket": {"engine.transport"},
    "urllib3": {"engine.transport"},
    "asyncio": {"relay"},
    "h11": {"relay"},
    "jinja2": {"templates"},
    "yaml": {"commands", "relay", "render", "templates"},
}

# Modules that only turn values into values, in rooms that may be imported by those that do not
# talk: api makes Requests, the relay serves other clients and must not make calls of its own.
PARTS_OF_ENGINE = {
    "api": {"request", "curl"},
    "relay": {"request", "curl", "wire"},
    "remake": {"request", "curl"},
}


def modules() -> list[str]:
    """Names of all modules, without "dsock." before them."""
    paths = (path.relative_to(SOURCE).with_suffix("") for path in SOURCE.rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if name != "__init__")


def imported(module: str) -> Iterator[str]:
    """All that `module` imports, wherever it stands, as "dsock.api.images" or "json.dumps"."""
    path = SOURCE.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(module: str) -> set[tuple[str, ...]]:
    """What `module` imports of dsock, in parts: ("api", "images", "list_")."""
    names = (name.split(".") for name in imported(module))
    return {tuple(parts[1:]) for parts in names if parts[0] == "dsock" and len(parts) > 1}


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    room = module.split(".")[0]
    reached = {parts[0] for parts in rooms_of(module)} - {room, "__version__"}
    assert reached <= ARROWS[room]


@pytest.mark.parametrize("module", modules())
def test_a_library_is_imported_only_where_it_belongs(module: str) -> None:
    room = module.split(".")[0]
    used = {name.split(".")[0] for name in imported(module)} & set(LIBRARIES)
    assert {name for name in used if not LIBRARIES[name] & {room, module}} == set()


@pytest.mark.parametrize("room", PARTS_OF_ENGINE)
def test_a_room_that_does_not_talk_imports_only_values_of_the_engine(room: str) -> None:
    used = {
        parts[1]
        for module in modules()
        if module.split(".")[0] == room
        for parts in rooms_of(module)
        if parts[0] == "engine"
    }
    assert used <= PARTS_OF_ENGINE[room]


def test_only_the_transport_speaks_http() -> None:
    speakers = {"requests", "requests_unixsocket", "urllib3", "http"}
    found = {m for m in modules() for name in imported(m) if name.split(".")[0] in speakers}
    assert found == {"engine.transport"}
