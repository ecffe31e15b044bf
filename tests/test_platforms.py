"""--platform. Expected values are what docker 28.2.2 puts on the wire."""

from __future__ import annotations

import pytest

from dsock.errors import DsockError
from dsock.flags.platforms import normalized, parse


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("arm64", ("linux", "arm64")),
        ("Linux/ARM64", ("linux", "arm64")),
        ("linux/arm64/v8", ("linux", "arm64", "v8")),
        ("linux/arm64/8", ("linux", "arm64", "v8")),
        ("linux/arm64/v9", ("linux", "arm64", "v9")),
        ("arm", ("linux", "arm")),
        ("armhf", ("linux", "arm")),
        ("armel", ("linux", "arm", "v6")),
        ("linux/arm/v7", ("linux", "arm", "v7")),
        ("linux/arm/7", ("linux", "arm", "v7")),
        ("aarch64", ("linux", "arm64")),
        ("x86_64", ("linux", "amd64")),
        ("linux/amd64/v1", ("linux", "amd64")),
        ("linux/amd64/v2", ("linux", "amd64", "v2")),
        ("i386", ("linux", "386")),
        ("linux/386/sse2", ("linux", "386", "sse2")),
        ("linux/armhf/v8", ("linux", "arm", "v7")),
        ("linux/aarch64/v8", ("linux", "arm64", "v8")),
        ("linux/i686", ("linux", "i686")),
        ("macos/arm64", ("darwin", "arm64")),
    ],
)
def test_a_platform_gets_its_usual_names(text: str, platform: tuple[str, ...]) -> None:
    keys = ("os", "architecture", "variant")
    assert parse(text) == dict(zip(keys, platform, strict=False))


def test_a_system_may_have_a_version() -> None:
    found = parse("windows(10.0)/amd64")
    assert found == {"architecture": "amd64", "os": "windows", "os.version": "10.0"}


def test_a_system_alone_is_that_of_this_machine() -> None:
    assert parse("linux")["architecture"] not in ("", "x86_64", "aarch64")


@pytest.mark.parametrize(
    "text", ["foo", "all", "armv7l", "linux/x/y/z", "a b", "linux/", "", "linux//v8"]
)
def test_what_docker_refuses_as_a_platform_is_refused(text: str) -> None:
    with pytest.raises(DsockError):
        parse(text)


def test_a_platform_is_written_as_text_again() -> None:
    assert normalized("arm64") == "linux/arm64"
    assert normalized("LINUX/arm/7") == "linux/arm/v7"
