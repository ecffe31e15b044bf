"""What `network` and `volume` commands send, beside what docker's own send for the same line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import Any

import pytest

from tests.engine import engines
from tests.scripted import Answer

LINES = r"""
network create n
network create --subnet 10.0.0.0/24,10.1.0.0/24 --gateway 10.0.0.1 --aux-address a=10.0.0.5 n
network create --subnet 10.0.0.0/24 --ip-range 10.0.0.0/25 --aux-address a=10.0.0.5 n
network create --subnet fd00::/64 --ipv6 --ipv4=false --internal --attachable -o a=b -o c n
network create --ipv6=false --label x=y --label z n
network create --config-only --subnet 10.5.0.0/16 --subnet fd00:5::/64 --gateway fd00:5::1 n
network create --config-from n m
network create --ingress -d overlay --scope swarm n
network create --ipam-driver foo --ipam-opt a=b --ipam-opt c -d '' n
network create --subnet 10.0.0.0/24 --subnet 10.0.0.0/16 n
network create --gateway 10.0.0.1 n
network create --subnet foo --gateway 10.0.0.1 n
network create --subnet 10.0.0.0/24 --gateway foo n
network create --subnet 10.0.0.0/24 --ip-range 10.0.0.5 n
network create --subnet 10.0.0.0/24 --aux-address a n
network create --subnet 10.0.0.0/24,10.1.0.0/24 --gateway 10.0.0.1 --gateway 10.0.0.2 n
network create --subnet 10.0.0.0/24,10.1.0.0/24 --ip-range 10.0.0.0/25,10.0.0.0/26 n
network create --label =x n
network create --ipv6=foo n
network connect --alias a,b --alias c --driver-opt x=y --gw-priority 0x5 --link db:alias n c
network connect --ip 10.0.0.5 --ip6 ::1 --link-local-ip 169.254.1.1,169.254.1.2 n c
network connect --driver-opt x n c
network connect --link a:b:c n c
network connect --gw-priority x n c
network disconnect -f n c
network disconnect n ''
network remove -f n
volume create --name v w
volume create -d foo -o type=tmpfs -o device=tmpfs -o o=size=10m --label a=b --label c v
volume create --group g --secret b=2 --secret a=1 v
volume create --type mount --sharing all --scope multi --limit-bytes 10g --required-bytes 1g v
volume create --topology-required a=b,c=d --topology-preferred e=f --availability pause v
volume create --limit-bytes x v
volume rm -f v w
"""
# What stands in these is the user's, also if it is empty or false.
MAPS = {"Options", "DriverOpts", "Labels", "AuxiliaryAddresses", "AccessMode"}


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_the_same_is_sent_as_by_docker(scripted, line: str) -> None:
    scripted.ping = Answer(body_bytes=b"OK", headers={"Api-Version": "1.51", "Ostype": "linux"})
    scripted.anything = Answer(status=201, json={"Id": "a" * 64, "Name": "given"})
    env = {**os.environ, "DOCKER_HOST": scripted.host}
    seen = []
    for program in ([engines.docker_cli()], [sys.executable, "-m", "dsock"]):
        scripted.calls.clear()
        done = subprocess.run(
            [*program, *shlex.split(line)], env=env, capture_output=True, text=True, check=False
        )
        calls = [(call.method, call.target, sent(call)) for call in scripted.calls]
        seen.append((done.returncode, done.stdout, bool(done.stderr), calls))
    assert seen[1] == seen[0]


def sent(call: Any) -> Any:
    """A body without the zeros that docker sends for every field."""
    return bare(call.json) if call.body.strip() else None


def bare(value: Any, key: str = "") -> Any:
    if not isinstance(value, dict):
        if key == "Config":  # docker's order of subnets is chance
            return sorted(map(bare, value), key=str)
        return value
    found = {name: bare(item, name) for name, item in value.items()}
    if key in MAPS:
        return found
    kept = {name: item for name, item in found.items() if item not in (None, "", 0, [], {})}
    return kept | {name: item for name, item in found.items() if name.startswith("EnableIP")}
