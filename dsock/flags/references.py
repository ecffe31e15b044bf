"""Names of images as docker reads them: "nginx", "nginx:1.25", "ghcr.io/a/b@sha256:...".

The grammar: https://pkg.go.dev/github.com/distribution/reference
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dsock.errors import DsockError

HUB = "docker.io"
OFFICIAL = "library/"

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = re.compile(
    rf"({_DOMAIN})/({_COMPONENT}(?:/{_COMPONENT})*)(?::({_TAG}))?(?:@({_DIGEST}))?"
)
_ID = re.compile(r"[a-f0-9]{64}")
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Reference:
    """An image's name taken apart, its registry always written out."""

    domain: str  # "docker.io"
    path: str  # "library/nginx"
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """ "docker.io/library/nginx": without tag and digest."""
        return f"{self.domain}/{self.path}"

    @property
    def familiar_name(self) -> str:
        """ "nginx": the name as people write it."""
        if self.domain != HUB:
            return self.name
        short = self.path.removeprefix(OFFICIAL)
        return self.path if "/" in short else short

    @property
    def familiar(self) -> str:
        """ "nginx:1.25": as people write it, with tag and digest."""
        return self.familiar_name + self._suffix

    @property
    def bare(self) -> bool:
        """True if neither tag nor digest is given."""
        return self.tag is None and self.digest is None

    def or_latest(self) -> Reference:
        """The same with the tag "latest" where neither tag nor digest is given."""
        return replace(self, tag="latest") if self.bare else self

    def __str__(self) -> str:
        return self.name + self._suffix

    @property
    def _suffix(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{tag}@{self.digest}" if self.digest else tag


def parse(text: str) -> Reference:
    """The reference that `text` writes. Raises DsockError where docker refuses it."""
    if _ID.fullmatch(text):
        raise DsockError(
            f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings",
            "this is an ID; a name is needed here",
        )
    domain, remainder = _split_domain(text)
    path = remainder.partition(":")[0]
    if path.lower() != path:
        raise DsockError(f"invalid reference format: repository name ({path}) must be lowercase")
    found = _REFERENCE.fullmatch(f"{domain}/{remainder}")
    if found is None:
        raise DsockError("invalid reference format", f"{text!r}: write [HOST/]NAME[:TAG|@DIGEST]")
    if len(found[2]) > _NAME_LENGTH:
        raise DsockError(f"repository name must not be more than {_NAME_LENGTH} characters")
    if found[4]:
        _check_digest(found[4])
    return Reference(found[1], found[2], found[3], found[4])


def registry(text: str) -> str:
    """The registry that a name, or the beginning of one, is about: "docker.io" if it says none."""
    return _split_domain(text)[0]


def repository_and_tag(text: str) -> tuple[str, str]:
    """(repository, tag) that a new image gets by the name `text`, its tag "latest" by default.

    Raises DsockError if it is no name, or one with a digest, which only an image has.
    """
    reference = parse(text).or_latest()
    if reference.digest:
        raise DsockError("refusing to create a tag with a digest reference", "write NAME[:TAG]")
    return reference.familiar_name, reference.tag or ""


def _split_domain(text: str) -> tuple[str, str]:
    """(registry, rest): the first part is a registry only if it looks like a host."""
    first, slash, rest = text.partition("/")
    host = slash and (first == "localhost" or re.search(r"[.:]", first) or first.lower() != first)
    domain, path = (first, rest) if host else (HUB, text)
    if domain == "index.docker.io":
        domain = HUB
    if domain == HUB and "/" not in path:
        path = OFFICIAL + path
    return domain, path


def _check_digest(digest: str) -> None:
    algorithm, _, value = digest.partition(":")
    if algorithm not in _DIGEST_LENGTHS:
        raise DsockError(f"unsupported digest algorithm: {algorithm}", "sha256 is the usual one")
    length = _DIGEST_LENGTHS[algorithm]
    if len(value) != length:
        raise DsockError(f"invalid checksum digest length: {algorithm} has {length} hex digits")
    if value.lower() != value:
        raise DsockError("invalid checksum digest format: its hex digits must be lowercase")
