"""Option decorators that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

filter_option: Decorator = click.option(
    "-f", "--filter", "filters", multiple=True, metavar="KEY=VALUE",
    help="Keep only what matches; KEY!=VALUE: only what does not",
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
    "--detach-keys", metavar="KEYS", help="Keys that leave the container running (ctrl-p,ctrl-q)"
)
