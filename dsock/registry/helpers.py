"""Programs that keep credentials: docker-credential-NAME get, store, erase and list.

The protocol: https://github.com/docker/docker-credential-helpers
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from dsock.errors import DsockError

# A helper may ask its user for a passphrase, but must not keep a script waiting for ever.
SECONDS = 120.0
NOT_FOUND = "credentials not found in native keychain"
# The user name under which helpers keep an identity token.
TOKEN = "<token>"


class Helper:
    """The program docker-credential-`name`, found by the PATH in `environ`."""

    def __init__(self, name: str, environ: Mapping[str, str], seconds: float = SECONDS) -> None:
        self.program = f"docker-credential-{name}"
        self._environ = environ
        self._seconds = seconds

    def get(self, server: str) -> tuple[str, str] | None:
        """(user name, secret) for a registry, None if there are none. Raises DsockError."""
        done, said = self._run("get", server)
        if not done and said == NOT_FOUND:
            return None
        found = self._object("get", done, said)
        return str(found.get("Username", "")), str(found.get("Secret", ""))

    def all(self) -> dict[str, str]:
        """{registry: user name} of all that there are. Raises DsockError."""
        done, said = self._run("list", "unused")
        found = self._object("list", done, said)
        return {str(server): str(name) for server, name in found.items()}

    def store(self, server: str, username: str, secret: str) -> None:
        """Keep credentials. Raises DsockError."""
        record = {"ServerURL": server, "Username": username, "Secret": secret}
        done, said = self._run("store", json.dumps(record))
        if not done:
            raise self._failed("store", said)

    def erase(self, server: str) -> None:
        """Forget the credentials for a registry. Raises DsockError."""
        done, said = self._run("erase", server)
        if not done:
            raise self._failed("erase", said)

    def _run(self, action: str, text: str) -> tuple[bool, str]:
        """(whether it worked, what it said on its stdout)."""
        import shutil

        path = shutil.which(self.program, path=self._environ.get("PATH"))
        if path is None or "/" in self.program:
            raise DsockError(
                f"{self.program}: no such program in PATH",
                "install it, or take it out of credsStore and credHelpers in config.json",
            )
        try:
            # Its stderr is ours: there it may ask for a passphrase.
            process = subprocess.Popen(
                [path, action],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=dict(self._environ),
            )
        except OSError as err:
            raise DsockError(f"cannot run {path}: {err.strerror}") from None
        try:
            out, _ = process.communicate(text.encode("utf-8", "surrogateescape"), self._seconds)
        except subprocess.TimeoutExpired:
            raise DsockError(
                f"{self.program} {action} gave no answer in {self._seconds:g} seconds",
                "does it wait for a passphrase on another terminal?",
            ) from None
        finally:
            # What it started may still hold its stdout: nobody waits for that.
            if process.poll() is None:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        return process.returncode == 0, out.decode("utf-8", "replace").strip()

    def _object(self, action: str, done: bool, said: str) -> dict[str, Any]:
        if not done:
            raise self._failed(action, said)
        try:
            found = json.loads(said)
        except ValueError:
            found = None
        if not isinstance(found, dict):  # what it said may be a secret
            raise DsockError(f"{self.program} {action} answered what is not a JSON object")
        return found

    def _failed(self, action: str, said: str) -> DsockError:
        lines = said.splitlines()
        return DsockError(f"{self.program} {action} failed: {lines[0] if lines else 'no reason'}")
