"""What a container has used in the last minutes."""

from __future__ import annotations

from collections import deque

from dsock.views.resources import Usage

SAMPLES = 120


class History:
    """Of one container: `cpu` and `memory` in percent, the latest last, and bytes a second."""

    def __init__(self) -> None:
        self.cpu: deque[float] = deque(maxlen=SAMPLES)
        self.memory: deque[float] = deque(maxlen=SAMPLES)
        self.network: deque[float] = deque(maxlen=SAMPLES)
        self.usage: Usage | None = None
        self.received = self.sent = 0.0
        self._at = 0.0

    def add(self, usage: Usage, now: float) -> None:
        """Another measurement, at `now` seconds of a clock that only goes on."""
        seconds = now - self._at
        if self.usage is not None and seconds > 0:
            # A container that was started again counts from 0.
            self.received = max(0, usage.received - self.usage.received) / seconds
            self.sent = max(0, usage.sent - self.usage.sent) / seconds
            self.network.append(self.received + self.sent)
        if not usage.first:
            self.cpu.append(usage.cpu)
        self.memory.append(usage.memory_percent)
        self.usage, self._at = usage, now
