"""Jinja2 templates over an engine's containers, in a sandbox: a template reads what it is given,
and cannot change it or reach into Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import (  # noqa: TID253
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: TID253

from dsock.errors import BadTemplate
from dsock.templates import Data
from dsock.templates.helpers import HELPERS, TESTS
from dsock.templates.hosts import hosts
from dsock.templates.records import Record, Table, of

BUILT_IN = Path(__file__).parent / "builtin"


class Missing(StrictUndefined):
    """What is not there. A label or variable may be missing: it is false, and no other's equal.
    Anything else is an error, as is writing it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, of = self._undefined_name, self._undefined_obj
        if isinstance(of, Table):
            return f"there is no {name!r}; `| default('')` allows for that"
        if isinstance(of, Record):
            return f"no field {name!r}; there are {', '.join(of)}"
        return str(super()._undefined_message)

    def __bool__(self) -> bool:  # type: ignore[override]
        if isinstance(self._undefined_obj, Table):
            return False
        return super().__bool__()

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        if isinstance(self._undefined_obj, Table):
            return isinstance(other, Missing)
        return bool(super().__eq__(other))

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(type(self))


class Template:
    """A template that can be filled. What it includes is looked for in `folder`."""

    def __init__(self, text: str, name: str, folder: Path) -> None:
        """Raises BadTemplate if it cannot be read as one."""
        loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(BUILT_IN)])
        self._name = name
        environment = ImmutableSandboxedEnvironment(
            loader=loader,
            undefined=Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"],
        )
        environment.filters.update(HELPERS)
        environment.globals.update(HELPERS, hosts=hosts)
        environment.tests.update(TESTS)
        try:
            code = environment.compile(text, name, name)
        except TemplateError as err:
            raise self._bad(err) from None
        self._template = environment.template_class.from_code(
            environment, code, environment.make_globals(None)
        )

    def render(self, data: Data) -> str:
        """The text. Raises BadTemplate where the template does not fit the containers."""
        try:
            return self._template.render(of(data))
        except Exception as err:  # whatever a template does wrong: it is not ours
            raise self._bad(err) from None

    def _bad(self, err: Exception) -> BadTemplate:
        return BadTemplate(f"{self._name}{_line(err, self._name)}: {_reason(err)}")


def _line(err: Exception, name: str) -> str:
    """ ":LINE" of the template in which it happened."""
    line = getattr(err, "lineno", None)
    found: Any = err.__traceback__
    while line is None and found is not None:
        if found.tb_frame.f_code.co_filename == name:
            return f":{_last_line(found, name)}"
        found = found.tb_next
    return f":{line}" if line else ""


def _last_line(found: Any, name: str) -> int:
    line = found.tb_lineno
    while found is not None:
        if found.tb_frame.f_code.co_filename == name:
            line = found.tb_lineno
        found = found.tb_next
    return int(line)


def _reason(err: Exception) -> str:
    return (str(err) or type(err).__name__).replace("\n", " ")
