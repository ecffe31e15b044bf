"""The map of networks for a person: a box for each, its containers inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dsock.render.layout import GAP, Steps, fit, total
from dsock.render.safe import escaped
from dsock.render.table import some_items
from dsock.render.width import shortened, width
from dsock.views.network_map import End, Network

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_FRAME = 4  # a border and a blank on each side
_LEAST = 24
_STEPS: Steps = (
    ("PORTS", 30), ("IMAGE", 24), ("OTHERS", 20), ("IMAGE", 0), ("PORTS", 18), ("OTHERS", 0),
    ("IPV6", 0), ("NAME", 20), ("PORTS", 0), ("NAME", 8), ("ADDRESS", 0),
)  # fmt: skip
_STATES = {"running": "green", "paused": "yellow", "restarting": "yellow", "dead": "red"}
_STYLES = {"ADDRESS": "cyan", "IPV6": "cyan", "NAME": "bold", "IMAGE": "dim", "OTHERS": "magenta"}


def draw(console: Console, networks: Sequence[Network]) -> None:
    """Print the networks; those without containers in a line at the end."""
    from rich.panel import Panel
    from rich.text import Text

    used = [network for network in networks if network.ends]
    cells = {id(end): _cells(end) for network in used for end in network.ends}
    wanted: dict[str, int] = {}
    for row in cells.values():
        for column, text in row.items():
            if text:
                wanted[column] = max(wanted.get(column, 0), width(text))
    order = [column for column in ("ADDRESS", "IPV6", "NAME", "IMAGE", "PORTS", "OTHERS")
             if column in wanted]  # fmt: skip
    space = console.width - _FRAME - 2  # a dot before each container
    widths = fit({column: wanted[column] for column in order}, _STEPS, space)
    titles = [width(_title(network)) + 4 for network in used]
    inner = max([_LEAST, total(widths) + 2, *titles])
    for network in used:
        lines = [_gateway(network)] if network.gateway or network.internal else []
        lines += [_line(end, cells[id(end)], widths) for end in network.ends]
        panel = Panel(
            Text("\n").join(lines),
            title=_title_text(network, min(inner, console.width - _FRAME) - 2),
            title_align="left",
            border_style="red" if network.internal else "blue",
            width=min(inner + _FRAME, console.width),
        )
        console.print(panel)
    unused = [escaped(network.name) for network in networks if not network.ends]
    if unused:
        console.print(Text("nobody on: " + ", ".join(unused), "dim"))


def _title(network: Network) -> str:
    driver = "" if network.driver == network.name else network.driver
    return "  ".join(map(escaped, filter(None, (network.name, driver, network.subnet))))


def _title_text(network: Network, columns: int) -> Text:
    from rich.text import Text

    text = Text(shortened(_title(network), columns), "dim")
    text.stylize("bold not dim", 0, len(escaped(network.name)))
    return text


def _gateway(network: Network) -> Text:
    from rich.text import Text

    if network.internal:
        return Text("internal: no way out", "red")
    return Text(f"gateway {escaped(network.gateway)}", "dim", overflow="ellipsis", no_wrap=True)


def _cells(end: End) -> dict[str, str]:
    others = ", ".join(f"+{name}" for name in end.others)
    return {
        "ADDRESS": escaped(end.address),
        "IPV6": escaped(end.ipv6),
        "NAME": escaped(f"{end.name} in {end.shares}'s" if end.shares else end.name),
        "IMAGE": escaped(end.container.get("Image", "")),
        "PORTS": escaped(end.ports),
        "OTHERS": escaped(others),
    }


def _line(end: End, cells: dict[str, str], widths: dict[str, int]) -> Text:
    from rich.text import Text

    state = end.container.get("State", "")
    text = Text("● " if state == "running" else "○ ", _STATES.get(state, "dim"), no_wrap=True)
    for column, size in widths.items():
        cut = some_items if column in ("PORTS", "OTHERS") else shortened
        shown = cut(cells[column], size)
        text.append(shown, _STYLES.get(column, ""))
        text.append(" " * (size - width(shown) + GAP))
    text.rstrip()
    return text


def svg(networks: Sequence[Network], columns: int = 100) -> Iterable[bytes]:
    """The same as an SVG picture."""
    import io

    from rich.console import Console

    console = Console(
        record=True, file=io.StringIO(), width=columns, force_terminal=True,
        color_system="truecolor", highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    draw(console, networks)
    yield console.export_svg(title="dsock network map").encode()
