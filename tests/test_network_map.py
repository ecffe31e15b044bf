"""`network map`: who is where, as a table, as boxes on a terminal, as a picture."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as xml
from typing import Any

import pytest
from rich.console import Console

from dsock.render import network_map as drawing
from dsock.render.width import width
from dsock.views import network_map as views
from tests.scripted import Scripted


def network(name: str, subnet: str = "", **more: Any) -> dict[str, Any]:
    config = [{"Subnet": subnet, "Gateway": subnet.replace("0/24", "1")}] if subnet else []
    driver = name if name in ("host", "none") else "bridge"
    return {"Id": f"id-{name}", "Name": name, "Driver": driver, "IPAM": {"Config": config}, **more}


def container(name: str, *ends: tuple[str, str], mode: str = "", **more: Any) -> dict[str, Any]:
    found = {net: {"NetworkID": f"id-{net}", "IPAddress": address} for net, address in ends}
    plain = {"Id": f"{name}-" + "1" * 60, "Names": [f"/{name}"], "Image": "busybox"}
    mode = {"NetworkMode": mode or "default"}
    state = {"State": "running", "NetworkSettings": {"Networks": found}, "HostConfig": mode}
    return {**plain, **state, **more}


PORTS = [{"PrivatePort": 80, "PublicPort": 8080, "IP": "0.0.0.0", "Type": "tcp"}]
NETWORKS = [
    network("none"),
    network("host"),
    network("net10", "10.10.0.0/24", Internal=True),
    network("net9", "10.9.0.0/24"),
]
CONTAINERS = [
    container("second", ("net9", "10.9.0.10"), Ports=PORTS),
    container("first", ("net9", "10.9.0.9"), ("net10", "10.10.0.2")),
    container("beside", mode="container:first"),
    container("\x1b[31mred", ("host", ""), State="paused"),
]


def found() -> list[views.Network]:
    return views.networks(NETWORKS, CONTAINERS)


def test_containers_are_in_the_order_of_their_addresses() -> None:
    told = [(row.network.name, row.end and row.end.name) for row in views.rows(found())]
    assert told == [
        ("host", "\x1b[31mred"),
        ("net9", "first"),
        ("net9", "beside"),
        ("net9", "second"),
        ("net10", "first"),
        ("net10", "beside"),
        ("none", None),
    ]


def test_a_container_tells_its_other_networks_and_whose_it_shares() -> None:
    ends = {row.end.name: row.end for row in views.rows(found()) if row.end}
    assert ends["second"].others == ()
    assert ends["first"].others == ("net9",)
    assert (ends["beside"].shares, ends["beside"].address) == ("first", "10.10.0.2")


def test_a_network_that_the_engine_does_not_list_is_there_all_the_same() -> None:
    """Podman's `host`, and its `podman` that it lists as `bridge`."""
    ends = {"podman": {"NetworkID": "id-bridge"}, "host": {"NetworkID": "host"}}
    odd = {"Id": "1" * 64, "Names": None, "NetworkSettings": {"Networks": ends}}
    [bridge, host] = views.networks([network("bridge", "10.0.0.0/24")], [odd])
    assert (bridge.name, host.name) == ("bridge", "host")
    assert bridge.ends[0].name == host.ends[0].name == "1" * 12


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
def test_no_line_of_the_drawing_is_wider_than_the_screen(columns: int) -> None:
    console = Console(file=io.StringIO(), width=columns, force_terminal=True)
    drawing.draw(console, found())
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[31mred" not in text
    plain = Console(file=io.StringIO(), width=columns)
    drawing.draw(plain, found())
    lines = plain.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(map(width, lines)) <= columns
    if columns >= 60:
        shown = "\n".join(lines)
        assert "● 10.9.0.9" in shown
        assert "beside in first's" in shown
        assert "nobody on: none" in shown
        assert "internal: no way out" in shown


def answer(engine: Scripted) -> Scripted:
    engine.expect("GET", "/networks", json=NETWORKS, repeat=True)
    engine.expect("GET", "/containers/json", json=CONTAINERS, repeat=True)
    return engine


def test_a_pipe_gets_a_table_or_what_the_format_says(scripted: Scripted) -> None:
    table = answer(scripted).dsock("network", "map", "net9")
    assert table.stdout.splitlines()[1].split() == [
        "net9", "10.9.0.0/24", "10.9.0.9", "first", "running",
    ]  # fmt: skip
    assert len(table.stdout.splitlines()) == 4
    rows = scripted.dsock("network", "map", "--format", "json").stdout.splitlines()
    assert [json.loads(row)["Network"] for row in rows][-1] == "none"
    told = scripted.dsock("network", "map", "id-net9", "--format", "{{.Container}} {{.Ports}}")
    assert told.stdout == "first \nbeside \nsecond 0.0.0.0:8080->80/tcp\n"


def test_a_network_that_is_not_there_is_an_error(scripted: Scripted) -> None:
    done = answer(scripted).dsock("network", "map", "nosuch")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("no such network: nosuch\nhint: ")


def test_the_map_is_written_as_a_picture(scripted: Scripted, tmp_path) -> None:
    path = tmp_path / "map.svg"
    done = answer(scripted).dsock("network", "map", "--svg", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = "".join(xml.fromstring(path.read_text()).itertext())
    assert "10.9.0.9" in text
    assert scripted.dsock("--dry-run", "network", "map", "--svg", str(path) + "2").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["map.svg"]
    refused = scripted.dsock("network", "map", "--svg", "/nonexistent/map.svg")
    assert refused.returncode == 1
    assert "there is no directory" in refused.stderr
