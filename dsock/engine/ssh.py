"""An engine on another host, over ssh: `docker system dial-stdio` there is its socket here."""

from __future__ import annotations

import socket
import subprocess
import threading
from typing import IO
from urllib.parse import SplitResult

CONNECT_SECONDS = 30
LAST_WORDS = 2000  # letters of what ssh said that are kept
PATIENCE = 5.0


class SshDialer:
    """Connects to the engine of `url`, "ssh://[USER@]HOST[:PORT][/SOCKET]", by the user's ssh:
    its keys, agent, configuration and known hosts. `problem` is what the last connection came to
    grief on, None for a proper end."""

    def __init__(self, url: SplitResult) -> None:
        # Not url.hostname, which is in lower case: names in ssh's configuration may not be.
        host = url.netloc.rpartition("@")[2].removesuffix(f":{url.port}").strip("[]")
        options = ["-o", f"ConnectTimeout={CONNECT_SECONDS}", "-T"]
        if url.username:
            options += ["-l", url.username]
        if url.port:
            options += ["-p", str(url.port)]
        docker = ["docker"]
        if url.path not in ("", "/"):
            docker += ["--host", f"unix://{url.path}"]
        self.argv = ["ssh", *options, "--", host, *docker, "system", "dial-stdio"]
        self._process: subprocess.Popen[bytes] | None = None
        self._said: list[bytes] = []
        self._reader: threading.Thread | None = None

    def connect(self, _seconds: float) -> socket.socket:
        """A socket to the engine. Raises OSError if there is no ssh."""
        ours, theirs = socket.socketpair()
        try:
            # Signals of the terminal are for the container, not for its connection.
            self._process = subprocess.Popen(
                self.argv,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._said = []
        self._reader = threading.Thread(
            target=_keep_last, args=(self._process.stderr, self._said), daemon=True
        )
        self._reader.start()
        return ours

    @property
    def problem(self) -> OSError | None:
        """Why there is no connection, in the words of ssh."""
        if self._process is None or self._reader is None:
            return None
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join(PATIENCE)
        lines = b"".join(self._said).decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return ConnectionError(0, said[-1] if said else f"ssh ended with exit code {code}")


def _keep_last(file: IO[bytes], said: list[bytes]) -> None:
    for line in file:
        said.append(line)
        while sum(map(len, said)) > LAST_WORDS and len(said) > 1:
            del said[0]
