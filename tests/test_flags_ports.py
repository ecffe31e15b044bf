"""-p and --expose as the API has them."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from dsock.flags import ports


def bound(*pairs: tuple[str, str, str]) -> ports.Bindings:
    """{"80/tcp": [{"HostIp", "HostPort"}]} of (container, IP, host) each."""
    found: ports.Bindings = {}
    for container, ip, host in pairs:
        found.setdefault(container, []).append({"HostIp": ip, "HostPort": host})
    return found


PUBLISHED = [
    ("80", bound(("80/tcp", "", ""))),
    ("8080:80", bound(("80/tcp", "", "8080"))),
    ("8080:80/UDP", bound(("80/udp", "", "8080"))),
    ("127.0.0.1:8080:80", bound(("80/tcp", "127.0.0.1", "8080"))),
    ("127.0.0.1::80", bound(("80/tcp", "127.0.0.1", ""))),
    ("[::1]:8080:80", bound(("80/tcp", "::1", "8080"))),
    ("[2001:db8::1]::80/sctp", bound(("80/sctp", "2001:db8::1", ""))),
    ("::1:8080:80", bound(("80/tcp", "::1", "8080"))),
    ("80-81", bound(("80/tcp", "", ""), ("81/tcp", "", ""))),
    ("8000-8001:80-81", bound(("80/tcp", "", "8000"), ("81/tcp", "", "8001"))),
    ("8000-8010:80", bound(("80/tcp", "", "8000-8010"))),
    ("published=8080,target=80,protocol=udp", bound(("80/udp", "", "8080"))),
]


@pytest.mark.parametrize(("spec", "expected"), PUBLISHED)
def test_a_published_port_is_a_binding(spec, expected):
    assert ports.bindings([spec]) == expected


def test_a_port_may_be_published_twice():
    assert ports.bindings(["80:80", "127.0.0.1:81:80"]) == bound(
        ("80/tcp", "", "80"), ("80/tcp", "127.0.0.1", "81")
    )


REFUSED = [
    ("", "no port specified: <empty>"),
    ("80:", "no port specified: 80:<empty>"),
    ("x", "invalid containerPort: x"),
    ("80:x", "invalid containerPort: x"),
    ("x:80", "invalid hostPort: x"),
    ("65536:80", "invalid hostPort: 65536"),
    ("localhost:80:80", "invalid IP address: localhost"),
    ("80/foo", "invalid proto: foo"),
    ("81-80", "invalid containerPort: 81-80"),
    ("8000-8002:80-81", "invalid ranges specified for container and host Ports: 80-81 and 8000"),
    ("target=80,mode", "should be name=value but got 'mode'"),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED)
def test_a_bad_published_port_is_named(spec, message):
    with pytest.raises(BadFlag) as caught:
        ports.bindings([spec])
    assert message in caught.value.message


def test_exposed_ports_may_be_ranges():
    specs = ["80", "53/udp", "90-92"]
    assert ports.exposed(specs) == ["80/tcp", "53/udp", "90/tcp", "91/tcp", "92/tcp"]


@pytest.mark.parametrize("spec", ["80:80", "", "x", "92-90", "70000"])
def test_a_bad_exposed_port_is_refused(spec):
    with pytest.raises(BadFlag, match="for --expose"):
        ports.exposed([spec])
