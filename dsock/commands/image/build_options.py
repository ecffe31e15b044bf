"""The flags of `build`: those of docker's classic builder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dsock import completion
from dsock.commands import trust


def build_options(func: Callable[..., Any]) -> Callable[..., Any]:
    """Add every flag of docker's classic `build`. The callback gets them as `**flags`, for
    `dsock.flags.build.query`: text as it was typed, None for what was not given."""
    for option in reversed(_OPTIONS):
        func = option(func)
    return func


def _list(*names: str, help: str, **attrs: Any) -> Any:
    return click.option(*names, multiple=True, help=help, **attrs)


def _switch(*names: str, help: str, **attrs: Any) -> Any:
    return click.option(*names, is_flag=True, help=help, **attrs)


_text = click.option
_OPTIONS = [
    _list("--add-host", metavar="HOST:IP", help="Add a line to /etc/hosts of RUN steps"),
    _list("--build-arg", metavar="NAME[=VALUE]",
          help="Set a variable of the build; without a value it is the environment's"),
    _list("--cache-from", metavar="IMAGE", help="Images whose layers may be taken again"),
    _text("--cgroup-parent", metavar="CGROUP", help="Parent cgroup of RUN steps"),
    _switch("--compress", help="Compress the context with gzip on the way"),
    _text("--cpu-period", metavar="MICROSECONDS", help="Period of the CPU scheduler (CFS)"),
    _text("--cpu-quota", metavar="MICROSECONDS", help="CPU time in each period (CFS)"),
    _text("-c", "--cpu-shares", metavar="N", help="CPU shares, relative to other containers"),
    _text("--cpuset-cpus", metavar="LIST", help="CPUs to run on: 0-3 or 0,1"),
    _text("--cpuset-mems", metavar="LIST", help="Memory nodes to use: 0-3 or 0,1"),
    trust.option,
    _text("-f", "--file", metavar="FILE", help="The Dockerfile, PATH/Dockerfile by default; - is "
          "the input", shell_complete=completion.files),
    _switch("--force-rm", help="Remove the containers of steps after a failure too"),
    _text("--iidfile", metavar="FILE", help="Write the image's ID to a file",
          shell_complete=completion.files),
    _text("--isolation", metavar="KIND", help="Isolation of containers (Windows)"),
    _list("--label", metavar="KEY[=VALUE]", help="Put a label on the image"),
    _text("-m", "--memory", metavar="SIZE", help="Memory limit of RUN steps"),
    _text("--memory-swap", metavar="SIZE", help="Limit of memory and swap together; -1: none"),
    _text("--network", metavar="MODE", default="default", show_default=True,
          help="Network of RUN steps"),
    _switch("--no-cache", help="Run every step, whatever is there already"),
    click.option(
        "--platform", metavar="OS/ARCH", envvar="DOCKER_DEFAULT_PLATFORM",
        help="Platform to build for, where the engine can do several",
    ),
    _switch("--pull", help="Look for a newer version of the image in FROM"),
    _switch("-q", "--quiet", help="Print only the image's ID, and what went wrong"),
    _switch("--rm/--no-rm", default=True, help="Remove the containers of steps after a success"),
    _list("--security-opt", metavar="OPTION", help="Security options of RUN steps"),
    _text("--shm-size", metavar="SIZE", help="Size of /dev/shm"),
    _switch("--squash", help="Make one layer of the new ones (experimental engines)"),
    _list("-t", "--tag", metavar="NAME[:TAG]", help="Name of the image"),
    _text("--target", metavar="STAGE", help="Stop after this stage of the Dockerfile"),
    _list("--ulimit", metavar="NAME=SOFT[:HARD]", help="Limits of RUN steps"),
]  # fmt: skip
