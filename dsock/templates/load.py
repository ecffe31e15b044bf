"""Which template is meant, and reading it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from dsock.errors import DsockError
from dsock.templates import Data

BUILT_IN = {"nginx": "nginx.conf.j2", "nginx-sites": "nginx-sites.conf.j2"}
GO = (".tmpl", ".gotmpl")


class Template(Protocol):
    """Something to be filled."""

    def render(self, data: Data) -> str:
        """The text. Raises BadTemplate where the template does not fit."""


class Source:
    """The template that is meant by `name`: a built-in one, a file, or stdin if that is "-"."""

    def __init__(self, name: str, go: bool = False, keep_blank_lines: bool = False) -> None:
        built_in = BUILT_IN.get(name)
        self.path = None if name == "-" else Path(name)
        if built_in and not go:
            self.path = Path(__file__).parent / "builtin" / built_in
        self.go = go or name.endswith(GO)
        self._name, self._keep = name, keep_blank_lines
        self._stamp: object = None
        self._typed = ""  # stdin can be read once

    def changed(self) -> bool:
        """True if the file is another one than was loaded."""
        return self.path is not None and self._stamp != _stamp(self.path)

    def load(self) -> Template:
        """The template. Raises BadTemplate if it is none, DsockError if it cannot be read."""
        self._stamp = _stamp(self.path) if self.path else None
        try:
            if self.path is not None:
                text = self.path.read_bytes().decode()
            else:
                text = self._typed = self._typed or sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            raise DsockError(f"{self._name}: not UTF-8 text") from None
        except OSError as err:
            hint = f"a template is a file, '-', or one of {', '.join(BUILT_IN)}"
            raise DsockError(f"{self._name}: {err.strerror}", hint) from None
        name = self.path.name if self.path else "<stdin>"
        if self.go:
            from dsock.templates.go import Template as GoTemplate

            return GoTemplate(text, name, self._keep)
        from dsock.templates.jinja import Template as JinjaTemplate

        return JinjaTemplate(text, name, self.path.parent if self.path else Path())


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
