r"""--format: Go templates as docker's commands read them.

    compile(text, fields=None, shape=None, raw=True) -> render
    render(record) -> str

What `record` is depends on who asks:

- A listing (ps, images, network ls ...) gives `fields`, {name: function(record)}: `.Names` calls
  the function, `.Label "x"` one that takes the record and "x". Listings read \t and \n, so
  `unescaped(text)` first; render/listing.py does it all.
- inspect gives `shape`, the name of a Go type in render/shapes/ ("container", "image",
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

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from dsock.errors import BadTemplate
from dsock.render import simple

Render = Callable[[Any], str]
Fields = simple.Fields


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
    try:
        return _of_fields(text, fields) if fields is not None else _of_json(text, shape, raw)
    except BadTemplate as err:
        err.exit_code = exit_code  # type: ignore[misc]
        raise


def heading(text: str, headers: Mapping[str, str]) -> str:
    """The line above a table's columns: the template with the headers in the fields' places."""
    quick = simple.compiled(text, simple.of_headers(headers))
    if quick is not None:
        return quick(None)
    from dsock.render import gotext

    return gotext.heading(text, headers, lambda _, name: simple.header_label(name))


def _of_fields(text: str, fields: Fields) -> Render:
    quick = simple.compiled(text, simple.of_fields(fields))
    if quick is not None:
        return quick
    from dsock.render import gotext

    return gotext.rows(text, fields, simple.METHODS)


def _of_json(text: str, shape: str | None, raw: bool) -> Render:
    from dsock.render import paths

    @cache
    def in_full() -> Render:
        from dsock.render import gotext

        return gotext.shaped(text, shape, raw) if shape else gotext.plain(text)

    try:
        quick = simple.compiled(text, paths.of_shape(shape) if shape else paths.of_json)
    except paths.UnknownField:  # docker reads all of the template as plain JSON then
        quick = simple.compiled(text, paths.of_json) if raw else None
    if quick is None:
        return in_full()

    def render(record: Any) -> str:
        try:
            return quick(record)
        except (KeyError, TypeError):
            return in_full()(record)

    return render
