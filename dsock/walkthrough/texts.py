"""The walkthrough's texts in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

LANGUAGES = ("en", "ko")


@dataclass(frozen=True, slots=True)
class Texts:
    """`steps` are {name: (title, what is said about it)}, `words` everything else by its key,
    `next` pairs of a line to type and what it is for."""

    steps: Mapping[str, tuple[str, str]]
    words: Mapping[str, str]
    next: tuple[tuple[str, str], ...]

    def word(self, key: str, **values: object) -> str:
        return self.words[key].format_map(values)


def of(language: str) -> Texts:
    """The texts in one of LANGUAGES."""
    module = import_module(f"dsock.walkthrough.{language}")
    return Texts(module.STEPS, module.WORDS, module.NEXT)


def language(environ: Mapping[str, str]) -> str:
    """The one of LANGUAGES that the locale asks for, English if it asks for another."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            found = environ[name].partition("_")[0].partition(".")[0]
            return found if found in LANGUAGES else LANGUAGES[0]
    return LANGUAGES[0]
