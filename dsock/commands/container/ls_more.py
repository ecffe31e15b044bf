"""`dsock ps` beyond docker's: columns of one's choice, order, groups, blocks, typed output."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dsock.api import containers as api
from dsock.app import App
from dsock.commands.container.ls import Load
from dsock.engine.parallel import started
from dsock.errors import BadFlag, DsockError
from dsock.render import blocks, plain, typed
from dsock.render.safe import escaped
from dsock.render.table import Part
from dsock.views import container_columns as columns
from dsock.views import containers as view
from dsock.views import screen
from dsock.views.container_columns import INSPECTED, Field

Records = list[dict[str, Any]]
CONFIG = {"columns": "psColumns", "sort": "psSort", "group_by": "psGroupBy"}


class Asked(NamedTuple):
    """What is to be shown: names of columns (none: the usual ones), and how."""

    names: list[str]
    sort: str
    group_by: str
    full: bool
    size: bool

    def field(self, name: str) -> Field:
        return next(iter(columns.chosen([name], self.full, time.time()).values()))

    @property
    def by(self) -> list[Field]:
        """The columns to sort and group by."""
        return [self.field(n) for n in (self.sort.removeprefix("-"), self.group_by) if n]


def show(
    app: App, load: Load, format: str, quiet: bool, full: bool, size: bool,
    *, output: str | None, vertical: bool, watch: bool, **more: str | None,
) -> bool:  # fmt: skip
    """Show the containers that `load` gives. False if there is nothing here that is not docker's:
    no flag, and nothing in docker's config."""
    _check(format, quiet, output, vertical, watch, more)
    source = format or app.config.get("psFormat") or ""
    person = app.rich and not (source or quiet or output or full)
    stored = _stored(app) if person else {}
    given = {name: more.get(name) or stored.get(name) or "" for name in CONFIG}
    if not (output or vertical or watch or any(given.values())):
        return False
    names = [name for name in given["columns"].split(",") if name.strip()]
    size = size or "size" in names
    asked = Asked(names, given["sort"], given["group_by"], full, size)
    fields = [*columns.chosen(names, full, time.time()).values(), *asked.by]
    inspects = vertical or any(field.inspects for field in fields)

    def fetch() -> Records:
        found = list(load(size))
        if inspects:
            found = _inspect(app, found)
        return _ordered(found, asked)

    if watch:
        from dsock.commands.container.ls_watch import watching

        watching(app, fetch, asked)
        return True
    records = fetch()
    if output:
        _output(app, records, asked, output)
    elif vertical:
        _vertical(app, records, asked)
    elif quiet or format or (source and not names and not asked.group_by):
        _listing(app, records, asked, view.format(source, quiet, size))
    elif app.rich and not full:
        from dsock.render import table

        shown, steps = screen_columns(asked)
        groups = parts(records, asked)
        table.show(lambda: app.console, app.write, shown, records, steps, groups)
    elif names or asked.group_by:
        names = names or ["id", "image", "command", "age", "status", "ports", "name"]
        first = [asked.group_by] if asked.group_by else []
        names = [*first, *(name for name in names if name not in first)]
        _grid(app, records, columns.chosen(names, full, time.time()))
    else:
        _listing(app, records, asked, view.format("", False, size))
    return True


def _check(
    format: str, quiet: bool, output: str | None, vertical: bool, watch: bool,
    more: Mapping[str, str | None],
) -> None:  # fmt: skip
    forms = {"--format": format, "--quiet": quiet, "--output": output, "--vertical": vertical}
    forms["--watch"] = watch
    given = [name for name, value in forms.items() if value]
    if more["columns"] and (format or quiet):
        given.append("--columns")
    if len(given) > 1:
        raise BadFlag(f"{given[0]} and {given[1]} do not go together")


def _stored(app: App) -> dict[str, str]:
    """What docker's config has for these flags: docker keeps what is in "plugins"."""
    plugins = app.config.get("plugins")
    found = plugins.get("dsock") if isinstance(plugins, dict) else None
    if not isinstance(found, dict):
        return {}
    return {name: str(found[key]) for name, key in CONFIG.items() if found.get(key)}


def _inspect(app: App, records: Records) -> Records:
    """`records` with what an inspection says. One that is gone meanwhile is left out."""
    ids = [record["Id"] for record in records]

    def ask(container: str) -> Any:
        try:
            return app.engine.json(api.inspect(container))
        except DsockError as err:
            if getattr(err, "status", 0) == 404:
                return None
            raise

    answer = started(app.engine, ask, ids)
    told = [{**record, INSPECTED: answer(record["Id"])} for record in records]
    return [record for record in told if record[INSPECTED]]


def _ordered(records: Records, asked: Asked) -> Records:
    if asked.sort:
        field = asked.field(asked.sort.removeprefix("-"))
        back = asked.sort.startswith("-")
        there = [record for record in records if field.value(record) is not None]
        rest = [record for record in records if field.value(record) is None]
        records = [*sorted(there, key=lambda r: _key(field, r), reverse=back), *rest]
    if asked.group_by:
        field = asked.field(asked.group_by)
        records = sorted(records, key=lambda r: (not field.text(r), _key(field, r)))
    return records


def _key(field: Field, record: Mapping[str, Any]) -> Any:
    from dsock.render.natural import natural

    value = field.value(record)
    if isinstance(value, dict) and set(value) == {"rw", "rootfs"}:
        return (0, value["rw"], [])
    return (0, value, []) if isinstance(value, int) else (1, 0, natural(field.text(record)))


def parts(records: Sequence[Mapping[str, Any]], asked: Asked) -> list[Part]:
    """The groups, in the order of `records`."""
    if not asked.group_by:
        return []
    from itertools import groupby

    field = asked.field(asked.group_by)
    out = []
    for title, group in groupby(records, field.text):
        states = [record.get("State") for record in group]
        running = states.count("running")
        note = f"{running} of {len(states)} running"
        out.append(Part(title or f"no {asked.group_by}", note, len(states)))
    return out


def screen_columns(asked: Asked) -> tuple[list[Any], Any]:
    """The columns of a terminal, and what gives way where it is narrow."""
    now = time.time()
    if not asked.names:
        return screen.containers(now, asked.size), screen.CONTAINER_STEPS
    chosen = columns.chosen(asked.names, asked.full, now)
    return screen.chosen(chosen, now), screen.steps([field.header for field in chosen.values()])


def _listing(app: App, records: Records, asked: Asked, text: str) -> None:
    """As docker prints them."""
    from dsock.render import listing

    shown = view.view(asked.full, time.time())
    app.write(listing.text(shown, records, text, app.stdout_is_terminal))


def _grid(app: App, records: Records, fields: Mapping[str, Field]) -> None:
    harmless = escaped if app.stdout_is_terminal else str
    cells = [[f.header, *(harmless(f.text(r)) for r in records)] for f in fields.values()]
    app.write(plain.grid(cells))


def _output(app: App, records: Records, asked: Asked, output: str) -> None:
    now = time.time()
    if output == "wide":
        fields = columns.chosen(asked.names or columns.WIDE, True, now)
        _grid(app, records, fields | columns.chosen(["id"] * ("id" in fields), asked.full, now))
        return
    fields = columns.chosen(asked.names, True, now) or columns.typed(True, now, asked.size)
    texts = {name: field.text for name, field in fields.items()}
    values = [{name: field.value(record) for name, field in fields.items()} for record in records]
    text = typed.dumps(output, values, records, texts)
    app.tell(text)


def _vertical(app: App, records: Records, asked: Asked) -> None:
    names = asked.names or [*columns.BLOCK, *["size"] * asked.size]
    fields = columns.chosen(names, True, time.time())
    name = asked.field("name")
    shown = [
        blocks.Block(name.text(record), screen.state_style(record), columns.block(record, fields))
        for record in records
    ]
    if app.rich:
        app.console.print(blocks.picture(shown), soft_wrap=True, end="")
    else:
        app.write(blocks.text(shown, escaped if app.stdout_is_terminal else str))
