"""Whether a stream is to be connected again, and when."""

from __future__ import annotations

from dsock.errors import ApiError, DsockError

SHORTEST, LONGEST = 0.2, 5.0  # seconds before another try
# Who is cut off so seldom has no broken engine, but a proxy with a time limit in front of it.
STEADY = 1.0


class Backoff:
    """How long to wait: longer each time it was in vain."""

    def __init__(self) -> None:
        self._failures = 0

    def seconds(self, lived: float, clean: bool) -> float:
        """Before the next try, when a connection lasted `lived` seconds (0: there was none) and
        was ended in good form or not."""
        if lived > STEADY:
            self._failures = 0
            if clean:
                return 0.0
        import random

        wait = min(LONGEST, SHORTEST * 2.0 ** min(self._failures, 10))
        self._failures += 1
        # Not everybody at the same time, when an engine comes back.
        return random.uniform(max(SHORTEST, wait / 2), wait)


def passing(err: DsockError) -> bool:
    """True for what another try may overcome."""
    return not isinstance(err, ApiError) or err.status >= 500
