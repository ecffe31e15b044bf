"""Where the process begins and ends: `dsock ...` and `python -m dsock ...`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line in sys.argv and leave the process with its exit code."""
    _open_streams()
    argv = sys.argv[1:]
    if argv in (["--version"], ["-v"]):  # answered before click is imported: 3 times as fast
        from dsock import __version__

        print(f"dsock version {__version__}")
        return

    import gc

    # A command lives for some milliseconds and its loops make no cycles; what follows
    # (`events`, `stats`) turns it on again.
    gc.disable()
    from dsock.cli import run

    code = run(argv)
    # Tearing the interpreter down costs a fifth of a short command's time. Everything
    # that must happen at the end (terminal modes, files) is done by then.
    os._exit(code)


def _open_streams() -> None:
    """Put /dev/null where the caller has closed stdin, stdout or stderr, as Go does: else the
    next file or connection that is opened takes the place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this stream's
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode))


if __name__ == "__main__":
    main()
