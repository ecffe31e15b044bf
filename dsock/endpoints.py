"""Which of the engine's endpoints a command can call: read from the sources, so that --help tells
what the code does and not what somebody once wrote.

From a command's body every name is followed to what it stands for, through the rooms, until a
function of dsock.api is reached: that one's docstring begins with its endpoint, which a test holds
against the request that it makes.
"""

from __future__ import annotations

import ast
import re
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
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of(module: str) -> list[Endpoint]:
    """The endpoints that `command` of the module at a dotted path can call, in the order of the
    sources; without sources, and for a command that calls nobody, none."""
    reader = _Reader()
    reader.follow(f"{module}.command")
    found = list(dict.fromkeys(reader.endpoints))
    return [PING, *(endpoint for endpoint in found if endpoint != PING)] if found else []


class _Reader:
    """Follows names, and notes the `endpoints` that it comes to.

    Of what an object is nothing is known: `thing.ask()` is taken for the method `ask` of every
    class that is used so far or later.
    """

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []
        self._seen: set[str] = set()
        self._classes: list[str] = []
        self._asked: set[str] = set()  # names of attributes of objects

    def follow(self, name: str) -> None:
        """Read what the name at a dotted path stands for, and all that it uses."""
        module, inner = _split(name)
        if name in self._seen or not _leads_on(module):
            return
        self._seen.add(name)
        node = _definitions(module).get(inner)
        if node is None:
            target = _imports(module).get(inner.partition(".")[0])
            if target is not None:  # a name that the module passes on
                self.follow(target + inner[len(inner.partition(".")[0]) :])
            elif "." in inner:  # of an object, or of the class below
                self._ask(inner.rpartition(".")[2])
        elif module.startswith(API) and isinstance(node, ast.FunctionDef):
            self.endpoints += _told(node)
        else:
            scope = _imports(module) | {own: f"{module}.{own}" for own in _definitions(module)}
            owner = inner.rpartition(".")[0]
            if isinstance(node, ast.ClassDef):
                self._class(name, node, scope)
            else:
                self._read(node, scope, f"{module}.{owner}" if owner else "")

    def _class(self, name: str, node: ast.ClassDef, scope: Scope) -> None:
        """A class: what it is made of now, its methods as they are asked for."""
        self._classes.append(name)
        for part in (*node.bases, *node.body):
            if not isinstance(part, FUNCTIONS):
                self._read(part, scope, name)
            elif part.name.startswith("__") or part.name in self._asked:
                self.follow(f"{name}.{part.name}")

    def _ask(self, attribute: str) -> None:
        if attribute not in self._asked:
            self._asked.add(attribute)
            for known in tuple(self._classes):
                module, inner = _split(known)
                if f"{inner}.{attribute}" in _definitions(module):
                    self.follow(f"{known}.{attribute}")

    def _read(self, node: ast.AST, scope: Scope, owner: str) -> None:
        """All that `node` refers to, in order. `owner` is the class around it, of which `self` is
        one."""
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            # Neither decorators (flags, and what TAB asks) nor annotations: they call nothing.
            inner = scope | _bound(node)
            for part in node.body if isinstance(node.body, list) else [node.body]:
                self._read(part, inner, owner)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._read(node.value, scope, owner)
        elif isinstance(node, ast.Attribute) and (dotted := _dotted(node, scope, owner)):
            self.follow(dotted)
        else:
            if isinstance(node, ast.Attribute):
                self._ask(node.attr)
            elif isinstance(node, ast.Name) and node.id in scope:
                self.follow(scope[node.id])
            elif isinstance(node, ast.Call) and (request := _request(node)):
                self.endpoints.append(request)
            for child in ast.iter_child_nodes(node):
                self._read(child, scope, owner)


@cache
def _leads_on(module: str) -> bool:
    """True if what `module` imports leads to a call: others need not be parsed, which takes time
    that a person waits for."""
    waiting, seen = [module], {module}
    while waiting:
        name = waiting.pop()
        room = name.removeprefix("dsock").lstrip(".").partition(".")[0]
        if not room or room in SILENT:
            continue
        text = _text(name)
        if name.startswith(API) or 'Request("' in text:
            return True
        for base, names in re.findall(r"^ *from (dsock[\w.]*) import (\([^)]*|.*)", text, re.M):
            found = {_split(f"{base}.{word}")[0] for word in re.findall(r"\w+", names)}
            waiting += found - seen
            seen |= found
    return False


def _told(function: ast.FunctionDef) -> Iterator[Endpoint]:
    """The endpoint at the beginning of the docstring, "GET /containers/{id}/json: everything"."""
    method, _, rest = (ast.get_docstring(function) or "").partition(" ")
    path = rest.split()[0].rstrip(".:,;") if rest.startswith("/") else ""
    if method.isupper() and path:
        yield method, path


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


@cache
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
def _text(module: str) -> str:
    file = _file(module)
    return file.read_text("utf-8") if file else ""


@cache
def _parsed(module: str) -> ast.Module:
    return ast.parse(_text(module))


@cache
def _imports(module: str) -> Scope:
    return _bound(_parsed(module))


@cache
def _definitions(module: str) -> dict[str, ast.AST]:
    """What the module defines at its top: functions, classes, "Class.method", values of names."""
    found: dict[str, ast.AST] = {}
    for node in _parsed(module).body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {name.id: node.value for name in node.targets if isinstance(name, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, FUNCTIONS))
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
        elif not isinstance(part, (*FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(part)
    return found
