"""A command that runs on this terminal while dsock does something for it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from dsock.errors import DsockError

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
# They would send docker's own command line elsewhere than DOCKER_HOST says.
DROPPED = ("DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


def call(
    argv: Sequence[str], environ: Mapping[str, str], enter: Callable[[], None] = lambda: None
) -> int:
    """Run `argv`, after `enter()` in the new process; its exit code, 128 + n if signal n ended it.

    Signals that this process gets go on to the command; those from the terminal it has already.
    Other threads must have been started within `held`. Raises DsockError with 126 or 127 if the
    command cannot be run.
    """

    def begin() -> None:
        enter()
        signal.pthread_sigmask(signal.SIG_SETMASK, before - {*ENDING, signal.SIGCHLD})

    with held() as before:
        try:
            child = subprocess.Popen(argv, env=environ, preexec_fn=begin)
        except OSError as err:
            code = 127 if isinstance(err, FileNotFoundError) else 126
            raise DsockError(f"cannot run {argv[0]}: {err.strerror}", exit_code=code) from None
        while child.poll() is None:
            got = signal.sigwaitinfo({*ENDING, signal.SIGCHLD})
            from_a_process = got.si_code <= 0  # the kernel's own, as for Ctrl-C, are positive
            if got.si_signo in ENDING and from_a_process:
                child.send_signal(got.si_signo)
    code = child.returncode
    return code if code >= 0 else 128 - code


def wait() -> int:
    """Wait, within `held`, for a signal that ends a process, and return which."""
    return signal.sigwaitinfo(ENDING).si_signo


@contextmanager
def held() -> Iterator[set[signal.Signals]]:
    """Hold back what `call` waits for, in this thread and those that it starts; gives the mask
    that was."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*ENDING, signal.SIGCHLD})
    try:
        yield before  # type: ignore[misc]  # typeshed: ints among them are signals without a name
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
