"""Why a call may not pass."""

from __future__ import annotations

from dsock.errors import DsockError

LONGEST = 300  # characters of a reason: what it quotes comes from the client


class Denied(DsockError):
    """A call that may not pass, why, and the HTTP status to say it with."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason[:LONGEST])
        self.status = status
