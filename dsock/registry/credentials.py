"""The user's credentials for registries: in config.json, in helpers, in DOCKER_AUTH_CONFIG."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from dsock import configfile
from dsock.errors import DsockError
from dsock.registry import auth, names
from dsock.registry.auth import Auth
from dsock.registry.helpers import TOKEN, Helper

ENVIRONMENT = "DOCKER_AUTH_CONFIG"


class Credentials:
    """What `config`, docker's config.json in `folder`, says about registries.

    `warn(text)` gets what is wrong with it where that stops nothing. A registry is named by its
    `names.key`.
    """

    def __init__(
        self,
        folder: Path,
        config: Mapping[str, Any],
        environ: Mapping[str, str],
        warn: Callable[[str], None],
    ) -> None:
        self._folder, self._config = folder, config
        self._environ, self._warn = environ, warn

    # What calls carry

    def header(self, domain: str) -> str | None:
        """X-Registry-Auth for images of the registry `domain`, None without credentials: then
        the registry is asked as anybody would."""
        found = self._tried(names.key(domain))
        return None if found.empty else found.header()

    def registry_config(self) -> str | None:
        """X-Registry-Config for a build, which may pull from any registry; None if there are no
        credentials. POST /build."""
        found = self.all()
        return auth.encoded({name: item.body() for name, item in found.items()}) if found else None

    # Lookup

    def get(self, key: str) -> Auth:
        """The credentials for a registry, an empty Auth if there are none.

        Raises DsockError if a helper fails or what is in the file is no credentials.
        """
        if key in self._given:
            return self._given[key]
        kept = self._filed(key)
        helper = self.helper(key)
        if helper is None:
            return kept
        return _with_secret(replace(kept, server=key), helper.get(key))

    def all(self) -> dict[str, Auth]:
        """{registry: credentials} of all that are known; what cannot be read is warned of."""
        found: dict[str, Auth] = {}
        store = self.helper("")
        try:
            listed = list(store.all()) if store else list(self._auths)
        except DsockError as err:
            self._warn(f"WARNING: {err.message}")
            listed = []
        for key in dict.fromkeys([*listed, *self._helpers, *self._given]):
            found[key] = self._tried(key)
        return {key: item for key, item in found.items() if not item.empty}

    def helper(self, key: str) -> Helper | None:
        """The program that keeps a registry's credentials, None for config.json; "" is any."""
        name = self._helpers.get(key) or self._config.get("credsStore")
        return Helper(name, self._environ) if isinstance(name, str) and name else None

    # Change

    def store(self, key: str, found: Auth) -> bool:
        """Keep credentials; True if they are new in config.json, for whoever can read it.

        Raises DsockError.
        """
        usual = self._usual()
        helper = self.helper(key) or (Helper(usual, self._environ) if usual else None)
        if helper is None:
            return self._put(key, found.entry())
        username, secret = found.username, found.password
        if found.identity_token:
            username, secret = TOKEN, found.identity_token
        try:
            helper.store(key, username, secret)
        except DsockError as err:
            if usual:
                err.hint = (
                    f"docker keeps credentials in {usual} where it is installed: set it up, or"
                    ' write {"credsStore": "NAME"} of another helper into config.json'
                )
            raise
        self._put(key, {}, usual)  # so that the file shows for which registries there are some
        return False

    def erase(self, key: str) -> None:
        """Forget the credentials for a registry, if there are some. Raises DsockError."""
        helper = self.helper(key)
        if helper is not None:
            helper.erase(key)

        def edit(config: configfile.Config) -> None:
            if isinstance(config.get("auths"), dict):
                config["auths"].pop(key, None)

        if key in self._auths:
            configfile.change(self._folder, edit)

    def _put(self, key: str, entry: dict[str, str], store: str | None = None) -> bool:
        """Write an entry, and the helper that is used from now on. True if it is a new one."""

        def edit(config: configfile.Config) -> None:
            if not isinstance(config.get("auths"), dict):
                config["auths"] = {}
            config["auths"][key] = entry
            if store:
                config["credsStore"] = store

        configfile.change(self._folder, edit)
        return self._auths.get(key) != entry

    def _usual(self) -> str | None:
        """The helper that docker takes for its first credentials, None for config.json."""
        if self._auths or self._helpers or self._config.get("credsStore"):
            return None
        import shutil

        path = self._environ.get("PATH")
        name = "pass" if shutil.which("pass", path=path) else "secretservice"
        return name if shutil.which(f"docker-credential-{name}", path=path) else None

    @property
    def _auths(self) -> Mapping[str, Any]:
        return _mapping(self._config.get("auths"))

    @property
    def _helpers(self) -> Mapping[str, Any]:
        return _mapping(self._config.get("credHelpers"))

    @cached_property
    def _given(self) -> dict[str, Auth]:
        """What DOCKER_AUTH_CONFIG has, {"auths": {registry: {"auth": base64}}}."""
        text = self._environ.get(ENVIRONMENT)
        if not text:
            return {}
        try:
            entries = _mapping(_mapping(json.loads(text)).get("auths"))
            return {key: auth.read(key, entry) for key, entry in entries.items()}
        except ValueError:
            self._warn(f"WARNING: {ENVIRONMENT} is ignored: it holds no credentials")
            return {}

    def _filed(self, key: str) -> Auth:
        """The credentials in the file: under the registry's name, or an address of the same."""
        alike = (found for found in self._auths if names.hostname(found) == key)
        name = key if key in self._auths else next(alike, None)
        if name is None:
            return Auth(key)
        try:
            return auth.read(key, self._auths[name])
        except ValueError as err:
            path = self._folder / configfile.NAME
            raise DsockError(f"credentials for {name} in {path}: {err}") from None

    def _tried(self, key: str) -> Auth:
        try:
            return self.get(key)
        except DsockError as err:
            self._warn(f"WARNING: {err.message}")
            return Auth(key)


def _with_secret(kept: Auth, found: tuple[str, str] | None) -> Auth:
    username, secret = found or ("", "")
    if username == TOKEN:
        return replace(kept, username="", password="", identity_token=secret)
    return replace(kept, username=username, password=secret, identity_token="")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
