r"""--dotenv-file: the .env files of python-dotenv and compose, with quotes and ${VARIABLES}.

# a comment
export NAME=value     # one more
NAME='as it is: ${NO} \n'
NAME="of two\nlines, for ${USER}"
NAME=${OTHER:-a default}
NAME                  what the environment has
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn

from dsock.errors import BadFlag

# Compiled when they are needed: few runs read such a file.
_NAME = r"[ \t]*(?:export[ \t]+)?([^=\#\s'\"]+)[ \t]*"
_SINGLE = r"'((?:\\'|[^'])*)'"
_DOUBLE = r'"((?:\\.|[^"\\])*)"'
_PLAIN = r"([^\n]*)"
_REST = r"[ \t]*(?:\#[^\n]*)?(?:\n|\Z)"
_COMMENT = r"(?:^|[ \t]+)\#.*"
_VARIABLE = r"\$\{(?:(\w+)(?:(:?[-?+])([^}$]*))?\})?"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def variables(paths: Iterable[str], environ: Mapping[str, str]) -> list[str]:
    """The assignments of files, "NAME=value". ${NAME} is `environ`'s, or else that of a line above,
    or else empty. Raises BadFlag."""
    found: dict[str, str] = {}
    for path in paths:
        _File(path, environ, found).read()
    return [f"{name}={value}" for name, value in found.items()]


class _File:
    def __init__(self, path: str, environ: Mapping[str, str], found: dict[str, str]) -> None:
        self._path = path
        self._environ = environ
        self._found = found
        self._text = ""
        self._at = 0

    def read(self) -> None:
        try:
            with open(self._path, "rb") as file:
                self._text = file.read().decode().removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise BadFlag(f"invalid dotenv file ({self._path}): it is not UTF-8") from None
        except OSError as err:
            raise BadFlag(f"open {self._path}: {(err.strerror or str(err)).lower()}") from None
        while self._at < len(self._text):
            if self._taken(rf"\s*{_REST}") is None:
                self._line()

    def _line(self) -> None:
        name = self._taken(_NAME)
        if name is None:
            self._refuse("there is no name")
        if self._taken("(=)[ \t]*") is not None:
            self._found[name] = self._value()
        elif self._taken(_REST) is None:
            self._refuse(f"there is no = behind {name}")
        elif name in self._environ:
            self._found[name] = self._environ[name]

    def _value(self) -> str:
        if not self._text.startswith(("'", '"'), self._at):
            text = re.sub(_COMMENT, "", self._peeked(_PLAIN)).rstrip()
            value = self._replaced(text, escapes=False)
            self._taken(_PLAIN + r"\n?")
            return value
        if self._text[self._at] == "'":
            text = self._peeked(_SINGLE)
            value = text.replace("\\'", "'")
            self._taken(_SINGLE)
        else:
            value = self._replaced(self._peeked(_DOUBLE), escapes=True)
            self._taken(_DOUBLE)
        if self._taken(_REST) is None:
            self._refuse("something follows the closing quote")
        return value

    def _replaced(self, text: str, escapes: bool) -> str:
        """`text` with the values of its variables, and what its backslashes mean."""

        def piece(found: re.Match[str]) -> str:
            if found[0].startswith("\\"):
                char = found[0][1]
                return _ESCAPED.get(char, char if char in "\\\"'$" else found[0])
            return self._variable(*found.groups())

        return re.sub(rf"\\.|{_VARIABLE}" if escapes else _VARIABLE, piece, text, flags=re.DOTALL)

    def _variable(self, name: str | None, operator: str | None, word: str | None) -> str:
        if name is None:
            self._refuse("${ begins no variable: ${NAME}, ${NAME:-default} or ${NAME:?message}")
        value = self._environ.get(name, self._found.get(name))
        operator, word = operator or "", word or ""
        is_set = bool(value) if operator.startswith(":") else value is not None
        if operator.endswith("+"):
            return word if is_set else ""
        if is_set or not operator:
            return value or ""
        if operator.endswith("?"):
            self._refuse(f"{name}: {word or 'it is not set'}")
        return word

    def _taken(self, pattern: str) -> str | None:
        """What stands here if it is `pattern`: its first group, or "". Goes on behind it."""
        found = re.compile(pattern, re.DOTALL).match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[1] if found.re.groups else ""

    def _peeked(self, pattern: str) -> str:
        """The first group of what stands here; a quote that does not end is refused."""
        found = re.compile(pattern, re.DOTALL).match(self._text, self._at)
        if found is None:
            self._refuse("the quote is not closed")
        return found[1]

    def _refuse(self, reason: str) -> NoReturn:
        number = self._text.count("\n", 0, self._at) + 1
        raise BadFlag(
            f"invalid dotenv file ({self._path}): line {number}: {reason}",
            "lines are NAME=value, NAME='value', NAME=\"value\" or # a comment",
        )
