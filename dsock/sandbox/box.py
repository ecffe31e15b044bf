"""A sandbox: a real engine in namespaces of its own, with its socket in a folder of its own.

Everything else it has (images, containers, networks) lies on a tmpfs inside and is gone with its
last process; nothing of the host's engine is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsock.errors import DsockError
from dsock.sandbox.cgroups import podman_containers, remove_cgroups, thaw
from dsock.sandbox.program import Program

START_SECONDS = 30.0
LOG_LINES = 15
SCRIPT = Path(__file__).with_name("private.sh")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One sandbox, known by its folder: socket, engine's log, and the facts of its start."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def host(self) -> str:
        """What DOCKER_HOST has to be, inside and outside."""
        return f"unix://{self.folder}/docker.sock"

    @property
    def facts(self) -> dict[str, Any]:
        """What `start` wrote down, {} for a sandbox that never came so far."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "facts.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    @property
    def holder(self) -> int | None:
        """The process that holds the sandbox, None if it is gone (killed, or a reboot)."""
        pid = self.facts.get("pid", 0)
        with suppress(OSError):
            if os.fsencode(self.folder) in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
        return None

    @property
    def init(self) -> int | None:
        """The first process inside, None if it is gone."""
        holder = self.holder
        with suppress(OSError, ValueError):
            return int(Path(f"/proc/{holder}/task/{holder}/children").read_text().split()[0])
        return None

    def log_tail(self) -> str:
        """The last lines that the engine wrote."""
        with suppress(OSError):
            lines = (self.folder / "log").read_text(errors="replace").splitlines()
            return "\n".join(lines[-LOG_LINES:])
        return ""

    def answers(self) -> str | None:
        """The Server header of its engine ("Docker/20.10.24 (linux)"), None if nobody answers."""
        from dsock.engine.client import Engine
        from dsock.engine.endpoint import parse

        with suppress(DsockError):
            return Engine(parse(self.host, "sandbox")).server
        return None

    def stop(self) -> None:
        """Kill every process inside and remove what is left outside. Safe to repeat."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            self._stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _stop(self) -> None:
        facts, holder, init = self.facts, self.holder, self.init
        containers = podman_containers(init) if facts.get("engine") == "podman" and init else []
        if holder:
            with suppress(ProcessLookupError):
                os.kill(holder, signal.SIGKILL)  # takes `init`, and that every process, with it
        thaw(self.name, containers)  # also if it was killed before: a paused one is still there
        if holder:
            _wait_for_end(holder)
        if init:
            _wait_for_end(init)
        remove_cgroups(self.name, containers)
        for path in facts.get("made", []):
            with suppress(OSError):
                os.rmdir(path)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(folder: Path, program: Program, bound: bool) -> Sandbox:
    """Start `program` as a sandbox in `folder`, which must not exist; returns once it answers.

    A `bound` sandbox dies with this process, however that ends. Raises DsockError with the end of
    the engine's log if the engine does not come up.
    """
    folder.mkdir(mode=0o700, parents=True)
    box = Sandbox(folder.resolve())
    try:
        made = [path for path in (*program.hidden, *program.makes) if not os.path.exists(path)]
        for path in program.hidden:
            with suppress(PermissionError):  # then the engine cannot make it either
                os.makedirs(path, exist_ok=True)
        (box.folder / "config").write_text(program.config)
        process = _launch(box, program, bound)
        facts = {
            "pid": process.pid,
            "engine": program.kind,
            "bound": bound,
            "made": made,
            "started": time.time(),
        }
        (box.folder / "facts.json").write_text(json.dumps(facts))
        _wait_for_engine(box, process)
    except BaseException:
        box.stop()
        raise
    return box


def _launch(box: Sandbox, program: Program, bound: bool) -> subprocess.Popen[bytes]:
    user = ["--map-root-user", "--map-auto"] if os.getuid() else []
    hide = " ".join(filter(os.path.isdir, program.hidden))
    return subprocess.Popen(
        [
            *(["setpriv", "--pdeathsig", "KILL"] if bound else []),
            "unshare", *user, "--net", "--mount", "--pid", "--fork", "--kill-child",
            "--mount-proc", "--propagation", "private",
            "sh", str(SCRIPT), str(box.folder), *program.argv(box.folder),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(box.folder / "log").open("ab"),
        cwd="/",
        env={**program.env(box.folder), "HIDE": hide},
        start_new_session=True,  # Ctrl-C is for the command, not for the engine
    )  # fmt: skip


def _wait_for_engine(box: Sandbox, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not box.answers():
        if process.poll() is not None or (box.folder / "ended").exists():
            raise DsockError(f"the sandbox's engine ended at once; it said:\n{box.log_tail()}")
        if time.monotonic() > deadline:
            raise DsockError(
                f"the sandbox's engine does not answer after {START_SECONDS:.0f} s; it said:\n"
                f"{box.log_tail()}"
            )
        time.sleep(0.02)


def _wait_for_end(pid: int) -> None:
    """Until the process is gone, or is nothing but an entry that its parent has to collect."""
    while True:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.01)
