"""Which of the engine's endpoints a command can call: read from the sources, so that --help tells
what the code does and not what somebody once wrote.

From a command's body every name is followed to what it stands for, through the rooms, until a
function of dsock.api is reached: that one's docstring begins with its endpoint, which a test holds
against the request that it makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Endpoint = tuple[str, str]  # ("POST", "/containers/{id}/start")
Scope = dict[str, str]  # a name -> what it stands for, "dsock.api.containers.start"

SOURCE = Path(__file__).parent
API = "dsock.api."
PING: Endpoint = ("GET", "/_ping")  # the first call of whoever makes one, for the version
# Rooms that lead to no call, so that they need not be read. What TAB asks is not the command's,
# and the calls of remake are written down, not made.
SILENT = {
    "cli", "completion", "endpoints", "engine", "errors", "flags", "options", "relay",
    "remake", "render", "tree", "views",
}  # fmt: skip
# Who writes `app` means the one App, whose methods make calls too.
APP = "dsock.app.App"


def of(module: str) -> list[Endpoint]:
    """The endpoints that `command` of the module at a dotted path can call, in the order of the
    sources; without sources, and for a command that calls nobody, none."""
    found = list(dict.fromkeys(_reached(f"{module}.command", set())))
    return [PING, *(endpoint for endpoint in found if endpoint != PING)] if found else []


def _reached(name: str, seen: set[str]) -> Iterator[Endpoint]:
    module, inner = _split(name)
    room = module.removeprefix("dsock").lstrip(".").partition(".")[0]
    if name in seen or not room or room in SILENT:
        return
    seen.add(name)
    node = _definitions(module).get(inner)
    if node is None:
        target = _imports(module).get(inner.partition(".")[0])
        if target is not None:  # a name that the module passes on
            yield from _reached(target, seen)
    elif module.startswith(API) and isinstance(node, ast.FunctionDef):
        yield from _told(node)
    else:
        scope = dict(_imports(module)) | {own: f"{module}.{own}" for own in _definitions(module)}
        owner = inner.rpartition(".")[0]
        for used in _used(node, scope, f"{module}.{owner}" if owner else ""):
            if isinstance(used, str):
                yield from _reached(used, seen)
            else:
                yield used


def _told(function: ast.FunctionDef) -> Iterator[Endpoint]:
    """The endpoint at the beginning of the docstring, "GET /containers/{id}/json: everything"."""
    method, _, rest = (ast.get_docstring(function) or "").partition(" ")
    path = rest.split()[0].rstrip(".:,;") if rest.startswith("/") else ""
    if method.isupper() and path:
        yield method, path


def _used(node: ast.AST, scope: Scope, owner: str) -> Iterator[str | Endpoint]:
    """What `node` refers to, in order: names in full, and the endpoints of requests that are made
    on the spot. `owner` is the class around it, of which `self` is one."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        # Neither decorators (flags, and what TAB asks) nor annotations: they call nothing.
        inner = scope | _bound(node)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            yield from _used(part, inner, owner)
        return
    if isinstance(node, ast.AnnAssign):
        yield from _used(node.value, scope, owner) if node.value else ()
        return
    if isinstance(node, ast.Attribute) and (dotted := _dotted(node, scope, owner)):
        yield dotted
        return
    if isinstance(node, ast.Name) and node.id in scope:
        yield scope[node.id]
    elif isinstance(node, ast.Call) and (request := _request(node)):
        yield request
    for child in ast.iter_child_nodes(node):
        yield from _used(child, scope, owner)


def _dotted(node: ast.Attribute, scope: Scope, owner: str) -> str | None:
    """The full name of `containers.start`, `app.download` or `self.ask`; None for others."""
    match node.value:
        case ast.Name(id="self") if owner:
            return f"{owner}.{node.attr}"
        case ast.Name(id="app") | ast.Attribute(attr="app" | "_app"):
            return f"{APP}.{node.attr}"
        case ast.Name(id=name) if name in scope:
            return f"{scope[name]}.{node.attr}"
        case ast.Attribute() as inner if outer := _dotted(inner, scope, owner):
            return f"{outer}.{node.attr}"
    return None


def _request(node: ast.Call) -> Endpoint | None:
    match node:
        case ast.Call(
            func=ast.Name(id="Request"),
            args=[ast.Constant(value=str() as method), ast.Constant(value=str() as path), *_],
        ):
            return method, path
    return None


def _split(name: str) -> tuple[str, str]:
    """("dsock.api.containers", "start") of "dsock.api.containers.start"."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        module = ".".join(parts[:end])
        if _file(module) is not None:
            return module, ".".join(parts[end:])
    return "", name


@cache
def _file(module: str) -> Path | None:
    first, *rest = module.split(".")
    path = SOURCE.joinpath(*rest)
    if first != "dsock":
        return None
    found = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return found if found.is_file() else None


@cache
def _parsed(module: str) -> ast.Module:
    file = _file(module)
    return ast.parse(file.read_bytes()) if file else ast.Module([], [])


@cache
def _imports(module: str) -> Scope:
    return _bound(_parsed(module))


@cache
def _definitions(module: str) -> dict[str, ast.AST]:
    """What the module defines at its top: functions, classes, "Class.method", values of names."""
    found: dict[str, ast.AST] = {}
    for node in _parsed(module).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {name.id: node.value for name in node.targets if isinstance(name, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": method for method in methods}
    return found


def _bound(node: ast.AST) -> Scope:
    """The names that the imports in `node` bind, those for the type checker left out; at a
    module's top only those that stand there."""
    found: Scope = {}
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.ImportFrom):
            names = part.names
            found |= {name.asname or name.name: f"{part.module}.{name.name}" for name in names}
        elif isinstance(part, ast.Import):
            found |= {name.asname: name.name for name in part.names if name.asname}
        elif isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING":
            waiting += part.orelse
        elif not isinstance(part, ast.FunctionDef | ast.ClassDef):
            waiting += ast.iter_child_nodes(part)
    return found
