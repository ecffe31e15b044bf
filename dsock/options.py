"""Option decorators that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dsock import completion


class _Integer(click.ParamType):  # type: ignore[type-arg]  # generic in new versions only
    """A whole number as Go reads one: 10, 0x10, 0b11, 0o17, 017, 1_000."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            octal = value.lstrip("+-").startswith("0") and value.lstrip("+-").isdigit()
            number = int(value, 8 if octal else 0)
        except ValueError:
            self.fail(f"{value!r} is not a whole number", param, ctx)
        if not -(2**63) <= number < 2**63:
            self.fail(f"{value} is out of range", param, ctx)
        return number


class _Seconds(click.ParamType):  # type: ignore[type-arg]
    """A time such as 30s, 1m30s or 30 (seconds), as seconds."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        from dsock.flags.times import SECOND, duration

        if isinstance(value, float):
            return value
        found = duration(value + "s" if value[-1:].isdigit() else value)
        if found is None or found < 0:
            self.fail(f"{value!r} is no duration: write 30s, 1m30s or 500ms", param, ctx)
        return found / SECOND


INTEGER = _Integer()
SECONDS = _Seconds()
# What events/healthy.py makes of containers that do not become healthy.
HEALTH_CODES = "Exit codes: 3 unhealthy, 4 no health check, 5 it ended, 124 out of time"
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def filter_option(known: completion.Filters) -> Decorator:
    """-f, --filter of a command that knows the filters `known`."""
    return click.option(
        "-f", "--filter", "filters", multiple=True, metavar="KEY=VALUE",
        help="Keep only what matches; KEY!=VALUE: only what does not",
        shell_complete=completion.filters(known),
    )  # fmt: skip


def containers_argument(complete: completion.Callback) -> Decorator:
    """CONTAINER [CONTAINER...] as `targets`; `complete` tells which ones TAB offers."""
    return click.argument(
        "targets", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]",
        shell_complete=complete,
    )  # fmt: skip


format_option: Decorator = click.option(
    "--format", "format", metavar="FORMAT",
    help="'table', 'table TEMPLATE', 'json', or a Go template",
)  # fmt: skip
quiet_option: Decorator = click.option("-q", "--quiet", is_flag=True, help="Print only IDs")
no_trunc_option: Decorator = click.option(
    "--no-trunc", is_flag=True, help="Print everything in full length"
)
detach_keys_option: Decorator = click.option(
    "--detach-keys", metavar="KEYS",
    help="Keys that leave the container running, ctrl-p,ctrl-q by default; '' for none",
)  # fmt: skip
sig_proxy_option: Decorator = click.option(
    "--sig-proxy/--no-sig-proxy", default=True, help="Pass signals on to the container's process"
)
wait_healthy_option: Decorator = click.option(
    "--wait-healthy", metavar="[=TIME]", type=SECONDS, is_flag=False, flag_value="0",
    help="Wait until its health check succeeds, at most that long. " + HEALTH_CODES,
)  # fmt: skip
