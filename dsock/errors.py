"""The errors that reach a user: one line in the engine's words, and what to do about it."""

from __future__ import annotations

import click


class DsockError(click.ClickException):
    """Anything that ends a command: `message`, an optional `hint`, and an exit code."""

    def __init__(self, message: str, hint: str | None = None, exit_code: int = 1) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code  # type: ignore[misc]  # click: the class's


class BadFlag(DsockError):
    """A flag whose value is not in docker's language: exit 125, as docker does."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint, exit_code=125)


class TooOld(DsockError):
    """The engine's API is older than a flag: exit 1 whatever the command, as in docker."""


class BadTemplate(DsockError):
    """A --format that cannot be parsed or names a field that does not exist."""


class Unreachable(DsockError):
    """No engine answers at the endpoint."""


class BrokenOff(DsockError):
    """The connection ended in the middle of an answer."""

    def __init__(self) -> None:
        super().__init__(
            "the connection to the engine broke off before the answer's end",
            "the engine stopped, or something between closed the connection",
        )


class ApiError(DsockError):
    """The engine answered with a status of 400 or more, or with an error inside a stream.

    `status` is the HTTP status, `reason` the engine's own message, `body` where it stands. In a
    stream, `code` may be the exit code of what failed, and is 0 otherwise.
    """

    def __init__(
        self, status: int, reason: str, call: str, body: bytes = b"", code: int = 0
    ) -> None:
        super().__init__(f"Error response from daemon: {reason}")
        self.body = body
        self.status = status
        self.code = code
        self.reason = reason
        self.call = call  # "POST /containers/create"
