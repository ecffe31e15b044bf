"""Names of images. Expected values are what docker 28.2.2 makes of them."""

from __future__ import annotations

import pytest

from dsock.errors import DsockError
from dsock.flags.references import parse, repository_and_tag

A64 = "a" * 64


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.25", "docker.io/library/nginx:1.25"),
        ("nginx:Tag", "docker.io/library/nginx:Tag"),
        ("foo:_x", "docker.io/library/foo:_x"),
        ("library/foo", "docker.io/library/foo"),
        ("library/library/foo", "docker.io/library/library/foo"),
        ("a/b/c", "docker.io/a/b/c"),
        ("docker.io/foo", "docker.io/library/foo"),
        ("index.docker.io/foo", "docker.io/library/foo"),
        ("docker.io/a/b", "docker.io/a/b"),
        ("docker.io", "docker.io/library/docker.io"),
        ("localhost", "docker.io/library/localhost"),
        ("localhost/foo", "localhost/foo"),
        ("localhost:5000/foo:1", "localhost:5000/foo:1"),
        ("UP/foo", "UP/foo"),
        ("UP:5000/foo", "UP:5000/foo"),
        ("[::1]:5000/foo", "[::1]:5000/foo"),
        ("foo__bar--baz.qux", "docker.io/library/foo__bar--baz.qux"),
        (f"sha256:{A64}", f"docker.io/library/sha256:{A64}"),
        (f"foo@sha256:{A64}", f"docker.io/library/foo@sha256:{A64}"),
        (f"foo:x@sha256:{A64}", f"docker.io/library/foo:x@sha256:{A64}"),
        ("a" * 247, "docker.io/library/" + "a" * 247),
    ],
)
def test_a_short_name_is_completed(text: str, full: str) -> None:
    assert str(parse(text)) == full


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "invalid reference format"),
        ("Foo", "repository name (library/Foo) must be lowercase"),
        ("foo/Bar", "repository name (foo/Bar) must be lowercase"),
        ("foo.bar/Baz", "repository name (Baz) must be lowercase"),
        ("FOO/BAR", "repository name (BAR) must be lowercase"),
        ("foo:", "invalid reference format"),
        ("foo:tag:x", "invalid reference format"),
        ("foo:-x", "invalid reference format"),
        ("foo:" + "a" * 129, "invalid reference format"),
        ("foo@", "invalid reference format"),
        ("foo@sha256:abc", "invalid reference format"),
        ("@sha256:aa", "invalid reference format"),
        ("foo bar", "invalid reference format"),
        ("foo___bar", "invalid reference format"),
        ("foo_.bar", "invalid reference format"),
        ("foo//bar", "invalid reference format"),
        ("foo/.", "invalid reference format"),
        ("foo\n", "invalid reference format"),
        ("a.b/", "invalid reference format"),
        ("/foo", "invalid reference format"),
        ("[::g]/foo", "invalid reference format"),
        ("a..b/c", "invalid reference format"),
        ("é", "invalid reference format"),
        (A64, "cannot specify 64-byte hexadecimal strings"),
        ("a" * 248, "must not be more than 255 characters"),
        (f"foo@sha512:{A64}", "invalid checksum digest length"),
        (f"foo@sha256:{A64[1:]}", "invalid checksum digest length"),
        (f"foo@sha256:AA{A64[2:]}", "invalid checksum digest format"),
        ("foo@md5:" + "a" * 32, "unsupported digest algorithm"),
    ],
)
def test_what_docker_refuses_as_a_name_is_refused(text: str, message: str) -> None:
    with pytest.raises(DsockError) as caught:
        parse(text)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/nginx:1", "nginx:1"),
        ("docker.io/a/b", "a/b"),
        ("docker.io/library/a/b", "library/a/b"),
        ("ghcr.io/library/nginx", "ghcr.io/library/nginx"),
        (f"library/nginx@sha256:{A64}", f"nginx@sha256:{A64}"),
    ],
)
def test_the_familiar_name_leaves_out_docker_hub(text: str, familiar: str) -> None:
    assert parse(text).familiar == familiar


def test_latest_is_added_only_to_a_bare_name() -> None:
    assert parse("nginx").or_latest().familiar == "nginx:latest"
    assert parse("nginx:1").or_latest().familiar == "nginx:1"
    assert parse(f"nginx@sha256:{A64}").or_latest().tag is None


def test_a_new_image_is_named_without_a_digest() -> None:
    assert repository_and_tag("docker.io/library/app") == ("app", "latest")
    assert repository_and_tag("localhost:5000/app:1") == ("localhost:5000/app", "1")
    with pytest.raises(DsockError, match="digest"):
        repository_and_tag(f"app@sha256:{A64}")
