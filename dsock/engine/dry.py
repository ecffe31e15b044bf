"""--dry-run: the calls of a command as a shell script, nothing changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from dsock.engine.curl import curl, has_variable, quoted
from dsock.engine.endpoint import Endpoint
from dsock.engine.frames import Run
from dsock.engine.request import Request

_BEHIND = '& CALLS="${CALLS:-} $!"'
# What the engine sends of a container without a terminal: 8 bytes (stream, 0, 0, 0, length), then
# so many bytes. `dd` because it reads no byte too many.
FRAMES = "frames"
_FRAMES = f"""\
{FRAMES}() {{
    while set -- $(dd bs=1 count=8 2>/dev/null | od -An -v -tu1); [ $# = 8 ]; do
        set -- "$1" "$(($5 << 24 | $6 << 16 | $7 << 8 | $8))"
        if [ "$1" = 2 ]; then exec 3>&2; else exec 3>&1; fi
        [ "$2" = 0 ] || dd bs="$2" count=1 iflag=fullblock 2>/dev/null >&3
    done
}}
"""


class Script:
    """Writes each call as a line of a POSIX shell script by `write(text)`."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._begun = False
        self._waits = self._arrives = self._framed = False
        self._exit = ""
        self._some: list[str] | None = None  # the lines for one of several targets
        self._fails = False
        self._failed = "1"  # the script's exit code then

    def pretend(self, request: Request, endpoint: Endpoint, version: str | None) -> DryAnswer:
        """Write the call down; answers what the request says that the engine would answer."""
        line, _, comment = curl(request, endpoint, version, script=True).partition("  # ")
        if comment:
            self.comment(comment)
        if self._arrives and not request.background:
            self._arrives = False
            self._line("sleep 1  # so that the calls above have reached the engine")
        if request.background and not self._waits:
            self._waits = True
            # A script that fails must not leave calls behind that wait for a start.
            self._line("""trap 'kill ${CALLS:-} 2>/dev/null || :; rm -f "${PIPE:-}"' EXIT""")
        if request.pipe == FRAMES and not self._framed:
            self._framed = True
            self._line(_FRAMES.rstrip("\n"))
        captured = _captured(request.dry_answer)
        if captured:
            key, name = captured
            # What a stream says is for the person too; the last word of it counts.
            seen, last = (" | tee /dev/stderr", " | tail -n 1") if request.streams else ("", "")
            self._line(f"{name}=$({line}{seen} | {_text(key)}{last})")
            self._line(f': "${{{name}:?the engine answered no {key}}}"')
        elif request.dry_exit and request.background:
            self._line("ANSWER=$(mktemp)")
            self._line(f'{line} >"$ANSWER" {_BEHIND}')
            self._exit = (
                f'CODE=$({_number(request.dry_exit)} "$ANSWER"); rm "$ANSWER"; exit "$CODE"'
            )
        elif request.dry_exit:
            self._exit = f'exit "$({line} | {_number(request.dry_exit)})"'
        elif request.background and request.pipe:
            # Apart, so that what is killed is curl.
            self._line('PIPE=$(mktemp -u); mkfifo "$PIPE"')
            self._line(f'{line.removesuffix(f" | {request.pipe}")} >"$PIPE" {_BEHIND}')
            self._line(f'{request.pipe} <"$PIPE" {_BEHIND}')
        else:
            self._line(f"{line} {_BEHIND}" if request.background else line)
        self._arrives = self._arrives or request.background
        return DryAnswer(request.dry_answer)

    def show(self, request: Request, endpoint: Endpoint, version: str | None) -> None:
        """Write down a call that was really made."""
        self._line(curl(request, endpoint, version, script=True))

    @contextmanager
    def one_of_several(self) -> Iterator[None]:
        """What is written is about one of several targets: if it fails, the script goes on."""
        self._some = []
        try:
            yield
        finally:
            lines, self._some = self._some, None
            if lines:
                self._fails = True
                self._line(" &&\n".join(lines) + f" || FAILED={self._failed}")

    def comment(self, text: str) -> None:
        """A line for whoever reads the script; `text` has no newline."""
        self._line(f"# {text}")

    def until(
        self,
        request: Request,
        endpoint: Endpoint,
        version: str | None,
        cases: Mapping[str, str],
    ) -> None:
        """Write a loop that makes a call again and again: `cases` are {part of the answer: what
        the shell does then}, the first that fits counts. An `exit` there is the outcome of one of
        several targets."""
        call = curl(request, endpoint, version, script=True)
        lines = ["while :; do", f"  STATE=$({call}) || exit 1", '  case "$STATE" in']
        for part, action in cases.items():
            lines.append(f"    {f'*{quoted(part)}*' if part else '*'}) {action} ;;")
        loop = "\n".join([*lines, "  esac", "done"])
        if self._some is None:
            self._line(loop)
        else:
            self._failed = "${FAILED:-$?}"
            self._line(f"(\n{loop}\n)")

    def say(self, text: str) -> None:
        """What the command would print, if it holds a value that only the script knows."""
        for line in text.splitlines():
            if has_variable(line):
                self._line(f"echo {quoted(line)}")

    def keep(self, text: str, path: str) -> None:
        """What the command would write to a file."""
        self._line(f"printf %s {quoted(text)} >{quoted(path)}")

    def run(self, argv: Sequence[str]) -> None:
        """A program that the command would run."""
        self._line(" ".join(map(quoted, argv)))

    def end(self) -> None:
        """Wait for the calls in the background, and leave as the command would."""
        if self._waits:
            self._line("wait")
        if self._exit:
            self._line(self._exit)
        elif self._fails:
            self._line('exit "${FAILED:-0}"')

    def _line(self, text: str) -> None:
        if self._some is not None and not text.startswith("#"):
            self._some.append(text)
            return
        if not self._begun:
            self._begun = True
            self._write("#!/bin/sh\nset -eu\n")
        self._write(text + "\n")


def _text(key: str) -> str:
    """The sed command that prints the text of `key` in a JSON object."""
    return f"""sed -n 's/.*"{key}": *"\\([^"]*\\)".*/\\1/p'"""


def _number(key: str) -> str:
    """The same for a number."""
    return f"""sed -n 's/.*"{key}": *\\([0-9]*\\).*/\\1/p'"""


class DryAnswer:
    """The answer to a call that was not made."""

    status = 200
    headers: Mapping[str, str] = {}

    def __init__(self, value: object) -> None:
        self.value = value

    def read(self) -> bytes:
        return b""

    def blocks(self, ticks: bool = False) -> Iterator[bytes]:
        return iter(())

    def frames(self) -> Iterator[Run]:
        return iter(())

    def pour_frames(self) -> None:
        pass

    def close(self) -> None:
        pass


class DryConnection:
    """A two-way stream that is at its end."""

    def read(self) -> bytes:
        return b""

    def send(self, data: bytes) -> None:
        pass

    def close_write(self) -> None:
        pass

    def close(self) -> None:
        pass


def _captured(answer: object) -> tuple[str, str] | None:
    """(key, shell variable) where an answer's value is needed by later calls."""
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            found = re.fullmatch(r"~dsock\.(\w+)~", value) if isinstance(value, str) else None
            if found:
                return str(key), found[1]
    return None
