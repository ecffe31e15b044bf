"""What `dsock api` prints: JSON for a person, by a template or by jq's language, or bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dsock.app import App
from dsock.errors import BadFlag, DsockError

Show = Callable[[Any], None]


def frames(app: App, blocks: Iterator[bytes]) -> None:
    """A container's output: in frames, or raw where it has a terminal, by how it begins."""
    from dsock.engine.frames import frames as demultiplexed
    from dsock.files import write_pieces

    first = next(blocks, b"")

    def all_blocks() -> Iterator[bytes]:
        yield first
        yield from blocks

    if first[:1] not in (b"\0", b"\1", b"\2") or first[1:4] != b"\0\0\0":
        for block in all_blocks():
            app.write_bytes(block)
            app.flush()
        return
    for run in demultiplexed(all_blocks()):
        write_pieces(run.stream, run.pieces)


def head(app: App, status: int, headers: Any) -> None:
    lines = [f"HTTP {status}", *(f"{name}: {value}" for name, value in headers.items())]
    app.note("\n".join(lines) + "\n")


def value(app: App, body: bytes, show: Show) -> None:
    """One JSON value; what is none comes as it is."""
    import json

    try:
        found = json.loads(body)
    except ValueError:
        app.write_bytes(body)
        return
    show(found)


def shown(app: App, format: str | None, program: str | None) -> Show | None:
    """How a JSON value is printed; None as it came. Raises before any call is made."""
    if program is not None:
        if format not in (None, "json"):
            raise BadFlag("--jq and --format cannot be used together")
        run = _jq(program)

        def each(value: Any) -> None:
            for found in run(value):
                if isinstance(found, str):  # as gh does: for "$(dsock api ... --jq .Id)"
                    app.tell(found + "\n")
                    app.flush()
                else:
                    _print(app, found)

        return each
    if format is None:
        return (lambda value: _print(app, value)) if _person(app) else None
    if format == "raw":
        return None
    if format == "json":
        return lambda value: _print(app, value)
    from dsock.render.template import compile

    render = compile(format)

    def line(value: Any) -> None:
        app.tell(render(value) + "\n")
        app.flush()

    return line


def _person(app: App) -> bool:
    return app.stdout_is_terminal and not app.dry_run


def _print(app: App, value: Any) -> None:
    import json

    text = json.dumps(value, indent=2, ensure_ascii=False)
    if _person(app):
        from rich.highlighter import JSONHighlighter

        from dsock.render.safe import printable

        app.console.print(JSONHighlighter()(printable(text)), soft_wrap=True)
        return
    app.write(text + "\n")
    app.flush()


def _jq(program: str) -> Callable[[Any], Iterable[Any]]:
    try:
        import jq
    except ImportError:
        raise DsockError("--jq needs a package that is not there", "pip install jq") from None
    try:
        compiled = jq.compile(program)
    except ValueError as err:
        raise BadFlag(f"--jq: {err}") from None

    def run(value: Any) -> Iterator[Any]:
        try:
            yield from compiled.input_value(value)
        except ValueError as err:
            raise DsockError(f"--jq: {err}") from None

    return run
