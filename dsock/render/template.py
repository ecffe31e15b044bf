r"""--format: Go templates as docker's commands read them.

    compile(text, fields=None, shape=None, raw=True) -> render
    render(record) -> str

What `record` is depends on who asks:

- A listing (ps, images, network ls ...) gives `fields`, {name: function(record)}: `.Names` calls
  the function, `.Label "x"` one that takes the record and "x". Listings read \t and \n, so
  `unescaped(text)` first; render/listing.py does it all.
- inspect gives `shape`, the name of a Go type in render/shapes.py ("container", "image",
  "network", "volume"): the engine's dict reads and prints as docker's struct does (zero values,
  `map[a:b]`, `[a b]`, `{a b}`). What fails that way is tried on the plain dict, as docker does,
  where a missing key is an error.
- events, version and info give `shape` ("event", "version", "info") with `raw=False`.
- With neither, the record is plain JSON and a missing key is an error.

`compile` raises BadTemplate for text that is no template, `render` for one that does not fit the
record, such as a field that does not exist. Their exit code is 1; inspect, events, version and
info leave with 64 for the former: they pass `exit_code=64`.

"json" and "table" are not templates: the caller looks at them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dsock.errors import BadTemplate
from dsock.render.gostrings import lower, row_json, to_json, upper

Render = Callable[[Any], str]
Fields = Mapping[str, Callable[..., Any]]

# What a listing's record answers to without having it in its JSON: Label takes an argument,
# and HealthStatus came to docker's CLI after the version that dsock is measured by.
METHODS = frozenset(("Label", "HealthStatus"))

# An action that is a field, with at most one function on it: what nearly everybody writes.
_ACTION = re.compile(
    r'{{[ \t\n]*(?:(json|upper|lower)[ \t\n]+)?\.(?:([A-Za-z_]\w*)(?:[ \t\n]+"([^"\\\n]*)")?)?'
    r"[ \t\n]*}}",
    re.ASCII,
)
_FUNCTIONS: dict[str, Callable[[Any], str]] = {
    "json": to_json,
    "upper": lambda value: upper(_string(value)),
    "lower": lambda value: lower(_string(value)),
}


def unescaped(text: str) -> str:
    r"""`text` with \t and \n as the characters: a shell leaves them alone."""
    return text.replace("\\t", "\t").replace("\\n", "\n")


def compile(
    text: str,
    fields: Fields | None = None,
    shape: str | None = None,
    raw: bool = True,
    exit_code: int = 1,
) -> Render:
    """What turns a record into text by the template `text`. See the top of this module."""
    if fields is not None:
        simple = _simple(text, fields, _FUNCTIONS)
        if simple is not None:
            return simple
    from dsock.render import gotext

    try:
        if fields is not None:
            return gotext.rows(text, fields, METHODS)
        return gotext.record(text)
    except BadTemplate as err:
        err.exit_code = exit_code  # type: ignore[misc]
        raise


def columns(text: str) -> list[str]:
    """The fields of a table whose columns are no more than fields, [] for any other template."""
    cells = [re.fullmatch(r"{{ *\.([A-Z]\w*) *}}", cell, re.ASCII) for cell in text.split("\t")]
    return [cell[1] for cell in cells if cell] if all(cells) else []


def heading(text: str, headers: Mapping[str, str]) -> str:
    """The line above a table's columns: the template with the headers in the fields' places."""
    fields: dict[str, Callable[..., Any]] = {
        name: (lambda _, head=head: head) for name, head in headers.items()
    }
    fields["Label"] = lambda _, name: re.sub("[-_]", " ", name.rpartition(".")[2])
    if "{{json .}}" not in text:
        simple = _simple(text, fields, dict.fromkeys(_FUNCTIONS, str))
        if simple is not None:
            return simple(None)
    from dsock.render import gotext

    return gotext.heading(text, headers, fields["Label"])


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise BadTemplate("template parsing error: a function for text got something else")


def _simple(
    text: str, fields: Fields, functions: Mapping[str, Callable[[Any], str]]
) -> Render | None:
    """The template as one %-format over a few calls, None if there is more to it than fields."""
    form, position = "", 0
    values: list[Callable[[Any], Any]] = []
    for found in _ACTION.finditer(text):
        value = _value(found, fields, functions)
        between = text[position : found.start()]
        if value is None or "{{" in between or between.endswith("{"):
            return None
        form += between.replace("%", "%%") + "%s"
        values.append(value)
        position = found.end()
    rest = text[position:]
    if "{{" in rest:
        return None
    form += rest.replace("%", "%%")
    if form == "%s":
        only = values[0]
        return lambda record: str(only(record))
    if len(values) == 2:
        first, second = values
        return lambda record: form % (first(record), second(record))
    return lambda record: form % tuple([value(record) for value in values])


def _value(
    found: re.Match[str],
    fields: Fields,
    functions: Mapping[str, Callable[[Any], str]],
) -> Callable[[Any], Any] | None:
    """The function of a record that an action stands for, None if it is not a simple one."""
    function, name, argument = found.groups()
    if not name:
        members = {key: get for key, get in fields.items() if key not in METHODS}
        return row_json(members) if function == "json" else None
    if (name == "Label") != (argument is not None) or (argument is not None and function):
        return None
    get = fields.get(name)
    if get is None:
        return None
    if argument is not None:
        return lambda record: get(record, argument)
    if function is None:
        return get
    apply = functions[function]
    return lambda record: apply(get(record))
