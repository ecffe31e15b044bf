"""`dsock image explain`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from dsock import completion, tree
from dsock.api import images
from dsock.app import App
from dsock.archive import changes, saved
from dsock.commands.image.platform import wanted
from dsock.errors import BadFlag
from dsock.options import INTEGER
from dsock.render import listing
from dsock.render.safe import escaped
from dsock.views import explain, units


@tree.command()
@click.option("--format", "format", metavar="FORMAT", help="'json': all of it in one line")
@click.option("-n", "--biggest", type=INTEGER, default=5, metavar="N", show_default=True,
              help="Show the N biggest changes of each layer")  # fmt: skip
@click.option("--platform", metavar="OS/ARCH", help="Take this platform's image of several")
@click.argument("target", metavar="IMAGE", shell_complete=completion.images)
@click.pass_obj
def command(app: App, target: str, format: str | None, biggest: int, platform: str | None) -> None:
    """Show what each layer of an image adds, changes and deletes.

    The lowest layer comes first: + is added, ~ changed, - deleted. Wasted is what a later layer
    replaces or deletes: nobody sees it, and it takes its place all the same.
    """
    if format not in (None, "", "table", "json"):
        raise BadFlag(f"{format!r} is no format of explain", "'json' is the only other one")
    only = wanted(app, platform, "1.49")
    identity = app.engine.json(images.inspect(target, only))["Id"]
    blocks = app.engine.open(images.save((identity,), (only,) if only else ())).blocks()
    if app.dry_run:
        return
    told = changes.explain(saved.read(_watched(app, blocks)), max(0, biggest))
    if format == "json":
        app.write(json.dumps(explain.record(told, target, identity)) + "\n")
        return
    name = f"{target}  {units.short_id(identity)}"
    app.write(f"{escaped(name) if app.stdout_is_terminal else name}\n{explain.summary(told)}\n\n")
    app.flush()
    rows = list(explain.rows(told))
    if app.rich:
        from dsock.render import table

        shown = explain.layer_columns()
        table.show(lambda: app.console, app.write, shown, rows, explain.LAYER_STEPS)
        if told.waste:
            app.write("\n")
            app.flush()
            shown = explain.waste_columns()
            table.show(lambda: app.console, app.write, shown, told.waste, explain.WASTE_STEPS)
        return
    app.write(listing.text(explain.layer_view(), rows, explain.LAYERS, app.stdout_is_terminal))
    if told.waste:
        view, terminal = explain.waste_view(), app.stdout_is_terminal
        app.write("\n" + listing.text(view, told.waste, explain.WASTE, terminal))


def _watched(app: App, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """`blocks`; a terminal sees how many have come."""
    if not app.rich or not app.stderr_is_terminal:
        yield from blocks
        return
    seen = 0
    with app.error_console.status("saving the image") as status:
        for block in blocks:
            seen += len(block)
            status.update(f"reading the image: {units.size(seen)}")
            yield block
