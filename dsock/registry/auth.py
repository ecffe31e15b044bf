"""Credentials of a registry, and how files and headers spell them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# {}: what goes over the wire where a header is needed and there are no credentials.
ANONYMOUS = "e30="


@dataclass(frozen=True, slots=True)
class Auth:
    """Who we are for the registry at `server`: a password, or a token in its place."""

    server: str = ""
    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""
    email: str = ""

    @property
    def empty(self) -> bool:
        """True if there is nothing in it that a registry would know."""
        return not (
            self.username or self.password or self.identity_token or self.registry_token
        )  # fmt: skip

    def body(self) -> dict[str, str]:
        """The AuthConfig of the Engine API."""
        found = {
            "username": self.username,
            "password": self.password,
            "email": self.email,
            "serveraddress": self.server,
            "identitytoken": self.identity_token,
            "registrytoken": self.registry_token,
        }
        return {name: value for name, value in found.items() if value}

    def header(self) -> str:
        """The value of X-Registry-Auth."""
        return encoded(self.body())

    def entry(self) -> dict[str, str]:
        """The entry in config.json's "auths"."""
        pair = f"{self.username}:{self.password}" if self.username or self.password else ""
        found = {
            "auth": base64.b64encode(pair.encode("utf-8", "surrogateescape")).decode(),
            "email": self.email,
            "identitytoken": self.identity_token,
            "registrytoken": self.registry_token,
        }
        return {name: value for name, value in found.items() if value}


def read(server: str, entry: Any) -> Auth:
    """The credentials in an entry of "auths". Raises ValueError if it is none."""
    if not isinstance(entry, Mapping):
        raise ValueError("no object")
    texts = {name: value for name, value in entry.items() if isinstance(value, str)}
    username, password = texts.get("username", ""), texts.get("password", "")
    if texts.get("auth"):
        username, password = _decoded(texts["auth"])
    return Auth(
        server,
        username,
        password,
        texts.get("identitytoken", ""),
        texts.get("registrytoken", ""),
        texts.get("email", ""),
    )


def encoded(value: Mapping[str, Any]) -> str:
    """A header's value: JSON in base64, of which no letter means something in a URL, padded."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _decoded(auth: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(auth, validate=True).decode("utf-8", "surrogateescape")
    except binascii.Error:
        raise ValueError("illegal base64 data") from None
    username, colon, password = text.partition(":")
    if not colon or not username:
        raise ValueError("Invalid auth configuration file")
    return username, password.strip("\0")
