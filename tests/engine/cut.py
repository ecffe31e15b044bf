"""A way to an engine that is cut: what goes over it kills its client after a certain call."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

CHANGES = (b"POST ", b"DELETE ", b"PUT ")


class Cut:
    """Listens on `path` and passes everything on to the engine's socket at `engine`, until the
    engine has answered the call number `after` (from 1) that changes something: `act` is called
    then, and nothing of the answer is passed on."""

    def __init__(self, path: Path, engine: str, after: int, act: Callable[[], None]) -> None:
        self.host = f"unix://{path}"
        self.calls: list[str] = []
        self._engine, self._after, self._act = engine, after, act
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        engine = socket.socket(socket.AF_UNIX)
        engine.connect(self._engine)
        cut = threading.Event()
        threading.Thread(target=self._back, args=(engine, client, cut), daemon=True).start()
        try:
            while data := client.recv(1 << 16):  # dsock sends the head of a call at once
                if data.startswith(CHANGES):
                    self.calls.append(data.partition(b" HTTP/")[0].decode())
                    if len(self.calls) == self._after:
                        cut.set()
                engine.sendall(data)
        except OSError:
            pass
        finally:
            engine.close()

    def _back(self, engine: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        try:
            while data := engine.recv(1 << 16):
                if cut.is_set():
                    self._act()
                    return
                client.sendall(data)
        except OSError:
            pass
        finally:
            client.close()


def killer(pid: Callable[[], int]) -> Callable[[], None]:
    """What kills a process as nothing can be caught."""
    return lambda: os.kill(pid(), signal.SIGKILL)
