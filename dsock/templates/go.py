"""Go templates written for docker-gen: its data, its functions, and Sprig's, which it has too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gotpl  # noqa: TID253
from gotpl.exts import ContextFunction, RenderContext  # noqa: TID253
from gotpl.funcs.sprig import text_func_map  # noqa: TID253
from gotpl.runtime.values import INVALID, UNTYPED_NIL  # noqa: TID253

from dsock.errors import BadTemplate
from dsock.render.gofunctions import FUNCTIONS as DOCKERS
from dsock.render.gostrings import lower, upper
from dsock.templates import Data, gorecords
from dsock.templates.helpers import HELPERS


class Template:
    """A template that can be filled."""

    def __init__(self, text: str, name: str, keep_blank_lines: bool = False) -> None:
        """Raises BadTemplate if it cannot be read as one."""
        self._name, self._keep = name, keep_blank_lines
        try:
            self._template = gotpl.Template(text, name=name, functions=FUNCTIONS, sandbox=_SANDBOX)
        except gotpl.TemplateError as err:
            raise self._bad(err) from None

    def render(self, data: Data) -> str:
        """The text, without blank lines unless they are kept. Raises BadTemplate where the
        template does not fit the containers."""
        try:
            text = str(self._template.render(gorecords.of(data)))
        except gotpl.TemplateError as err:
            raise self._bad(err) from None
        except BadTemplate as err:
            raise BadTemplate(f"{self._name}: {err.message}", err.hint) from None
        return text if self._keep else re.sub(r"(?m)^[^\S\n]*\n", "", text)

    def _bad(self, err: Exception) -> BadTemplate:
        text = str(err).removeprefix("template: ").replace("\n", " ")
        return BadTemplate(text if text.startswith(self._name) else f"{self._name}: {text}")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _eval(context: RenderContext, name: str, *args: Any) -> str:
    if len(args) > 1:
        raise TypeError("eval takes a template's name and at most one value")
    return context.render_template(name, args[0] if args else None)


def _include(path: str) -> str:
    """The text of a file, "" if there is none."""
    try:
        return Path(path).read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def _first(items: Any) -> Any:
    return items[0] if items else INVALID  # a nil, whose fields are nil


def _last(items: Any) -> Any:
    return items[-1] if items else INVALID


def _coalesce(*values: Any) -> Any:
    """The first that is not nil, as docker-gen has it: "" is something."""
    return next((value for value in values if not _is_nil(value)), INVALID)


def _is_nil(value: Any) -> bool:
    return value is None or value is INVALID or value is UNTYPED_NIL


def _comment(prefix: str, text: str) -> str:
    return "\n".join(prefix + line for line in text.split("\n"))


def _ascending(items: Iterable[str]) -> list[str]:
    return sorted(items)


def _descending(items: Iterable[str]) -> list[str]:
    return sorted(items, reverse=True)


def _by_keys(items: Iterable[Any], path: str) -> list[Any]:
    return list(HELPERS["sort_by"](items, path))


def _by_keys_down(items: Iterable[Any], path: str) -> list[Any]:
    return list(HELPERS["sort_by"](items, path, True))


def _replace(text: str, old: str, new: str, count: int) -> str:
    return text.replace(old, new, count)


def _one_of(allowed: Iterable[str], value: str) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(map(repr, allowed))}")
    return value


def _int(value: str, least: int = -(2**63), most: int = 2**63 - 1) -> str:
    if not re.fullmatch("[+-]?[0-9]+", value) or not least <= int(value) <= most:
        raise ValueError(f"{value!r} is no whole number from {least} to {most}")
    return value


SPRIG = text_func_map()
# Docker-gen's go before Sprig's of the same name; those have an alias.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **SPRIG,
    **{name: DOCKERS[name] for name in ("index", "eq", "ne")},
    **{_camel(name): function for name, function in HELPERS.items()},
    # Sprig's again: the text comes last, so that it can be piped.
    **{name: SPRIG[name] for name in ("trimPrefix", "trimSuffix", "hasPrefix", "hasSuffix")},
    **{f"sprig{name[0].upper()}{name[1:]}": SPRIG[name]
       for name in ("coalesce", "contains", "dir", "replace", "split", "splitn")},
    "groupByLabelWithDefault": lambda items, label, default: HELPERS["group_by_with_default"](
        items, f"Labels.{label}", default
    ),
    "include": _include,
    "eval": ContextFunction(sync=_eval),
    "coalesce": _coalesce,
    "first": _first,
    "last": _last,
    "comment": _comment,
    "replace": _replace,
    "toLower": lower,
    "toUpper": upper,
    "json": SPRIG["mustToJson"],
    "mustFromYaml": HELPERS["from_yaml"],
    "mustToYaml": HELPERS["to_yaml"],
    "mustBeOneOf": _one_of,
    "mustBeInt": _int,
    "mustBeIntInRange": lambda least, most, value: _int(value, least, most),
    "sortStringsAsc": _ascending,
    "sortStringsDesc": _descending,
    "sortObjectsByKeysAsc": _by_keys,
    "sortObjectsByKeysDesc": _by_keys_down,
}  # fmt: skip
# A template reads what it is given, and reaches into no object of Python's.
_SANDBOX = gotpl.SandboxPolicy(
    allow_custom_lookup=True, allow_functions=FUNCTIONS, default_budget=gotpl.ExecutionBudget()
)
