"""--filter: docker's filters for the engine, and != on this side."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag, DsockError
from dsock.flags.filters import CONTAINERS, IMAGES, NETWORKS, VOLUMES, parse

CONTAINER = {
    "Id": "4f5a0c",
    "Names": ["/web-1"],
    "Image": "nginx",
    "ImageID": "sha256:d01b67",
    "State": "exited",
    "Status": "Exited (3) 2 hours ago",
    "Labels": {"app": "shop", "empty": ""},
    "NetworkSettings": {"Networks": {"front": {"NetworkID": "77aa"}}},
    "Ports": [
        {"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"PrivatePort": 53, "Type": "udp"},
    ],
    "Mounts": [{"Type": "volume", "Name": "data", "Source": "/x", "Destination": "/srv"}],
}
IMAGE = {"Id": "sha256:d01b67", "RepoTags": ["foo/bar:1"], "Labels": None}


@pytest.mark.parametrize(
    ("texts", "engine"),
    [
        ((), {}),
        (("",), {}),
        (("status=running",), {"status": {"running": True}}),
        (("label=a=b", "label=c"), {"label": {"a=b": True, "c": True}}),
        ((" NAME = ^/x$ ",), {"name": {"^/x$": True}}),
        (("=",), {"": {"": True}}),
        (("label!=a", "id=4"), {"id": {"4": True}}),
        (("dangling!=true",), {"dangling": {"false": True}}),
        (
            ("dangling != 0", "is-task!=True"),
            {"dangling": {"true": True}, "is-task": {"false": True}},
        ),
    ],
)
def test_filters_go_to_the_engine_in_its_own_form(texts, engine):
    assert parse(texts).engine == engine


def test_a_filter_without_a_value_is_a_bad_flag():
    with pytest.raises(BadFlag) as caught:
        parse(["status"])
    assert caught.value.exit_code == 125


@pytest.mark.parametrize(
    "unwanted",
    [
        "id!=4f5a", "name!=^/web", "name!=^web-1$", "name!=eb", "status!=exited", "exited!=3",
        "label!=app", "label!=app=shop", "label!=empty", "health!=none", "network!=front",
        "network!=77aa", "volume!=data", "volume!=/srv", "ancestor!=nginx", "ancestor!=d01b67",
        "ancestor!=nginx:latest", "STATUS != exited", "publish!=8080", "publish!=8000-8080/tcp",
        "expose!=80", "expose!=53/udp", "expose!=79-81",
    ],
)  # fmt: skip
def test_what_is_not_wanted_is_left_out(unwanted):
    assert not parse([unwanted]).keep(CONTAINERS)(CONTAINER)


@pytest.mark.parametrize(
    "unwanted",
    [
        "id!=5a", "name!=^w$", "status!=running", "exited!=0", "label!=no",
        "label!=app=other", "health!=healthy", "network!=back", "volume!=/other", "ancestor!=d01",
        "publish!=80", "publish!=8080/udp", "publish!=x", "publish!=0-1",
        "expose!=53", "expose!=81-99", "expose!=0",
    ],
)  # fmt: skip
def test_what_is_not_spoken_of_stays(unwanted):
    assert parse([unwanted]).keep(CONTAINERS)(CONTAINER)


@pytest.mark.parametrize(
    ("unwanted", "kept"),
    [
        ("reference!=foo/*", False),
        ("reference!=foo/bar:1", False),
        ("reference!=foo", True),
        ("label!=x", True),
        ("id!=d01", False),
    ],
)
def test_images_are_left_out_by_name_label_and_id(unwanted, kept):
    assert parse([unwanted]).keep(IMAGES)(IMAGE) is kept


def test_an_unknown_key_with_a_negation_is_an_error_that_names_the_known_ones():
    with pytest.raises(DsockError) as caught:
        parse(["since!=x"]).keep(CONTAINERS)
    assert "label" in (caught.value.hint or "")


NETWORK = {"Id": "77aa", "Name": "front", "Driver": "bridge", "Scope": "local", "Labels": {"a": ""}}
VOLUME = {"Name": "data", "Driver": "local", "Labels": None}


@pytest.mark.parametrize(
    ("unwanted", "kept"),
    [
        ("driver!=bridge", False),
        ("driver!=host", True),
        ("id!=77", False),
        ("label!=a", False),
        ("label!=a=b", True),
        ("name!=^fr", False),
        ("name!=^ont", True),
        ("scope!=local", False),
        ("type!=custom", False),
        ("type!=builtin", True),
    ],
)
def test_networks_are_left_out_by_what_they_are(unwanted, kept):
    assert parse([unwanted]).keep(NETWORKS)(NETWORK) is kept


@pytest.mark.parametrize(
    ("unwanted", "kept"), [("driver!=local", False), ("name!=^d.t", False), ("label!=a", True)]
)
def test_volumes_are_left_out_by_what_they_are(unwanted, kept):
    assert parse([unwanted]).keep(VOLUMES)(VOLUME) is kept


def test_an_expression_that_is_none_is_refused():
    with pytest.raises(DsockError, match="invalid filter 'name!="):
        parse(["name!=["]).keep(CONTAINERS)
