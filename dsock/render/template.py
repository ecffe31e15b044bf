r"""--format: Go templates as docker's commands read them.

    compile(text, fields=None, shape=None, raw=True) -> render
    render(record) -> str

What `record` is depends on who asks:

- A listing (ps, images, network ls ...) gives `fields`, {name: function(record)}: `.Names` calls
  the function, `.Label "x"` one that takes the record and "x". An unknown field is BadTemplate
  already in `compile`, so before any request. `unescaped(text)` first: listings read \t and \n.
- inspect gives `shape`, the name of a Go type in render/shapes.py ("container", "image",
  "network", "volume"): the engine's dict reads and prints as docker's struct does (zero values,
  `map[a:b]`, `[a b]`, `{a b}`). What fails that way is tried on the plain dict, as docker does,
  where a missing key is an error.
- events, version and info give `shape` ("event", "version", "info") with `raw=False`.
- With neither, the record is plain JSON and a missing key is an error.

`compile` raises BadTemplate for text that is no template, `render` for one that does not fit the
record. Their exit code is 1; inspect, events, version and info leave with 64 for the former:
they pass `exit_code=64`.

"json" and "table" are not templates: the caller looks at them first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsock.errors import BadTemplate

Render = Callable[[Any], str]
Fields = Mapping[str, Callable[..., Any]]


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
    import gotpl

    try:
        template = gotpl.Template(text, missing_key="error", functions={"json": _json})
    except gotpl.TemplateError as err:
        error = BadTemplate(f"template parsing error: {err}")
        error.exit_code = exit_code  # type: ignore[misc]
        raise error from None

    def render(record: Any) -> str:
        try:
            return str(template.render(record))
        except gotpl.TemplateError as err:
            raise BadTemplate(f"template parsing error: {err}") from None

    return render


def _json(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
