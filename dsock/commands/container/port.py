"""`dsock port`."""

from __future__ import annotations

import click

from dsock import completion, tree
from dsock.api import containers
from dsock.app import App
from dsock.errors import DsockError
from dsock.render.natural import natural


@tree.command()
@click.argument("target", metavar="CONTAINER", shell_complete=completion.running)
@click.argument("port", required=False, metavar="[PRIVATE_PORT[/PROTO]]")
@click.pass_obj
def command(app: App, target: str, port: str | None) -> None:
    """Show where the ports of a container are published."""
    published = app.engine.json(containers.inspect(target))["NetworkSettings"]["Ports"] or {}
    if port:
        number, _, protocol = port.partition("/")
        if not number.isdigit() or int(number) > 65535:
            raise DsockError(f"invalid port: {port}", "write it as 80 or 53/udp")
        bindings = published.get(f"{number}/{protocol or 'tcp'}")
        if not bindings:
            raise DsockError(f"Error: No public port '{port}' published for {target}")
        lines = [_address(binding) for binding in bindings]
    else:
        lines = [
            f"{inside} -> {_address(binding)}"
            for inside, bindings in published.items()
            for binding in bindings or ()
        ]
    for line in sorted(lines, key=natural):
        app.write(line + "\n")


def _address(binding: dict[str, str]) -> str:
    host = binding["HostIp"]
    return f"[{host}]:{binding['HostPort']}" if ":" in host else f"{host}:{binding['HostPort']}"
