"""Where the process begins and ends: `dsock ...` and `python -m dsock ...`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line in sys.argv and leave the process with its exit code."""
    argv = sys.argv[1:]
    if argv in (["--version"], ["-v"]):  # answered before click is imported: 3 times as fast
        from dsock import __version__

        print(f"dsock version {__version__}")
        return

    import gc
    import os

    # A command lives for some milliseconds and its loops make no cycles; what follows
    # (`events`, `stats`) turns it on again.
    gc.disable()
    from dsock.cli import run

    code = run(argv)
    # Tearing the interpreter down costs a fifth of a short command's time. Everything
    # that must happen at the end (terminal modes, files) is done by then.
    os._exit(code)


if __name__ == "__main__":
    main()
