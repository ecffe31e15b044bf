"""Which image rests on which, from their layers."""

from __future__ import annotations

from typing import Any

from dsock.views import image_tree


def drawn(
    layers: dict[str, str], wanted: str | None = None, containers: dict[str, str] | None = None
) -> list[str]:
    """The lines for images {name: its layers, a letter each}, made in that order; with containers
    {name: image}."""
    images: list[dict[str, Any]] = [
        {
            "Id": f"sha256:{name}", "RepoTags": [f"{name}:1"], "Created": i,
            "Size": 10 * len(layers[name]),
        }
        for i, name in enumerate(layers)
    ]  # fmt: skip
    details = {f"sha256:{name}": {"RootFS": {"Layers": list(has)}} for name, has in layers.items()}
    users = [
        {"Id": "c" * 64, "Names": [f"/{name}"], "ImageID": f"sha256:{image}", "State": "exited"}
        for name, image in (containers or {}).items()
    ]
    shown = {f"sha256:{name}" for name in (wanted.split() if wanted is not None else layers)}
    return [line.guides + line.name for line in image_tree.lines(images, details, users, shown)]


def test_an_image_rests_on_the_one_with_most_of_its_first_layers() -> None:
    assert drawn({"c": "xyz", "a": "x", "b": "xy", "d": "xq", "e": "y"}) == [
        "a:1",
        "├─ b:1",
        "│  └─ c:1",
        "└─ d:1",
        "e:1",
    ]


def test_of_images_with_the_same_layers_the_others_rest_on_the_oldest() -> None:
    assert drawn({"old": "xy", "new": "xy", "newer": "xy", "on": "xyz"}) == [
        "old:1",
        "├─ new:1",
        "├─ newer:1",
        "└─ on:1",
    ]


def test_images_without_layers_rest_on_nothing() -> None:
    assert drawn({"a": "", "b": "", "c": "x"}) == ["a:1", "b:1", "c:1"]


def test_containers_stand_below_their_image() -> None:
    assert drawn({"a": "x", "b": "xy"}, containers={"web": "b", "db": "a", "lost": "no"}) == [
        "a:1",
        "├─ container db",
        "└─ b:1",
        "   └─ container web",
    ]


def test_of_what_is_not_wanted_only_that_is_shown_on_which_the_rest_rests() -> None:
    layers = {"a": "x", "b": "xy", "c": "xyz", "d": "xd", "e": "e"}
    shown = drawn(layers, wanted="b", containers={"web": "b", "db": "a"})
    assert shown == ["a:1", "└─ b:1", "   └─ container web"]


def test_an_image_that_went_away_meanwhile_is_left_out() -> None:
    images = [{"Id": "sha256:a", "RepoTags": ["a:1"]}, {"Id": "sha256:b", "RepoTags": ["b:1"]}]
    details = {"sha256:b": {"RootFS": {"Layers": ["x"]}}}
    [line] = image_tree.lines(images, details, [], {"sha256:a", "sha256:b"})
    assert line.name == "b:1"


def test_names_are_those_that_people_write() -> None:
    named = [
        (["docker.io/library/web:1", "docker.io/me/x:2"], [], "me/x:2, web:1"),
        (["<none>:<none>"], ["<none>@<none>"], "<none>"),
        (None, ["docker.io/library/web@sha256:" + "0" * 64], "web@<none>"),
        ([], None, "<none>"),
    ]
    for tags, digests, shown in named:
        image = {"Id": "sha256:a", "RepoTags": tags, "RepoDigests": digests}
        [line] = image_tree.lines([image], {"sha256:a": {}}, [], {"sha256:a"})
        assert line.name == shown


def test_what_an_image_adds_is_never_less_than_nothing() -> None:
    images = [{"Id": "a", "Size": 50}, {"Id": "b", "Size": 70}, {"Id": "c", "Size": 40}]
    details = {
        i: {"RootFS": {"Layers": list(has)}}
        for i, has in zip("abc", ("x", "xy", "xz"), strict=True)
    }
    lines = image_tree.lines(images, details, [], {"a", "b", "c"})
    assert [line.added for line in lines] == [50, 20, 0]
