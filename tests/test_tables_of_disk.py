"""Networks, volumes, disk usage and findings on a terminal: nothing is wider than it is."""

from __future__ import annotations

import pytest

from dsock.render.width import width
from tests.test_tables import ESCAPE, on_terminal

HOSTILE = "\x1b[31mred"
NETWORKS = [
    {"Id": f"{number:064x}", "Name": name, "Driver": "bridge", "Scope": "local",
     "IPAM": {"Config": [{"Subnet": "10.0.0.0/24"}, {"Subnet": "fd00::/64"}]}}
    for number, name in enumerate(("bridge", "a-long-name-of-a-network-of-some-project", HOSTILE))
]  # fmt: skip
VOLUMES = {
    "Volumes": [
        {"Name": "0f" * 32, "Driver": "local", "CreatedAt": "2024-01-02T03:04:05Z"},
        {"Name": "data", "Driver": "local"},
        {"Name": HOSTILE, "Driver": "local"},
    ]
}
CONTAINERS = [
    {"Id": f"{number:064x}", "Names": [f"/shop-web-{number}"], "Mounts": [{"Name": "data"}],
     "Created": 1_700_000_000, "Image": "shop", "ImageID": "", "Command": "run", "State": "running",
     "Status": "Up 2 weeks", "SizeRw": 1234567}
    for number in range(5)
]  # fmt: skip
USAGE = {
    "LayersSize": 5_000_000_000,
    "Images": [
        {"Id": "sha256:" + "1" * 64, "RepoTags": ["registry.example.com/team/shop:2.14"],
         "Size": 5_000_000_000, "SharedSize": 0, "Containers": 1, "Created": 1_700_000_000}
    ],
    "Containers": CONTAINERS,
    "Volumes": [{"Name": "0f" * 32, "UsageData": {"RefCount": 0, "Size": 5_000_000_000}}],
    "BuildCache": [
        {"ID": "a" * 25, "Type": "regular", "InUse": False, "Shared": False, "Size": 12345,
         "CreatedAt": "2024-01-02T03:04:05Z", "Description": f"[2/3] RUN make {HOSTILE} " * 5}
    ],
}  # fmt: skip
LINES = ["network ls", "network map", "volume ls", "volume ls -s", "system df", "system df -v"]


@pytest.mark.parametrize("line", [*LINES, "system doctor"])
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_row_is_wider_than_the_terminal(scripted, line, columns) -> None:
    scripted.expect("GET", "/networks", json=NETWORKS, repeat=True)
    scripted.expect("GET", "/volumes", json=VOLUMES, repeat=True)
    scripted.expect("GET", "/containers/json", json=CONTAINERS[:0], repeat=True)
    scripted.expect("GET", "/containers/json?all=1", json=CONTAINERS, repeat=True)
    scripted.expect("GET", "/system/df", json=USAGE, repeat=True)
    scripted.expect("GET", "/version", json={"Version": HOSTILE}, repeat=True)
    scripted.expect("GET", "/info", json={"Warnings": [HOSTILE * 9]}, repeat=True)
    shown = on_terminal(scripted, columns, *line.split())
    assert HOSTILE not in shown
    lines = ESCAPE.sub("", shown).splitlines()
    assert max(map(width, lines)) <= columns, shown


def test_users_and_sizes_of_volumes_stand_beside_their_names(scripted) -> None:
    scripted.expect("GET", "/volumes", json=VOLUMES)
    scripted.expect("GET", "/containers/json?all=1", json=CONTAINERS)
    scripted.expect("GET", "/system/df", json=USAGE)
    shown = ESCAPE.sub("", on_terminal(scripted, 60, "volume", "ls", "-s"))
    [data] = [line for line in shown.splitlines() if line.startswith("data")]
    assert "shop-web-0" in data
    assert "+" in data
