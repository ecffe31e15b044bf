"""Bodies, field by field: a table says of each field what it may hold, and what isn't in the table
may not be there. Names are compared as they are: a field in another case is an unknown one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from dsock.relay.policy.denied import Denied

Test = Callable[[Any, str], None]  # of a value and of where it stands; raises Denied


def check(value: Any, table: Mapping[str, Test], where: str = "") -> None:
    """Raises Denied for a value that is no object with the fields of `table`."""
    if not isinstance(value, dict):
        raise Denied(f"{where or 'the body'} is no object", 400)
    for key, inner in value.items():
        name = f"{where}.{key}" if where else key
        if key not in table:
            raise Denied(f"{name} is no field that is known here")
        table[key](inner, name)


def refuse(where: str, value: Any = None) -> NoReturn:
    """Raise what is said about a field that would give too much."""
    raise Denied(f"{where} may not be set" if value is None else f"{where} may not be {value!r}")


def anything(value: Any, where: str) -> None:
    """A field that gives nothing."""


def nothing(value: Any, where: str) -> None:
    """A field that may be there, but not say anything."""
    if not empty(value):
        refuse(where)


def null(value: Any, where: str) -> None:
    """A field whose empty value says something."""
    if value is not None:
        refuse(where)


def one_of(*values: Any) -> Test:
    """A field that may be empty or have one of these values."""

    def test(value: Any, where: str) -> None:
        if not empty(value) and not any(
            value == one and type(value) is type(one) for one in values
        ):
            refuse(where, value)

    return test


def inside(table: Mapping[str, Test]) -> Test:
    """A field that is an object again."""

    def test(value: Any, where: str) -> None:
        if value is not None:
            check(value, table, where)

    return test


def each(test: Test) -> Test:
    """A field that is a list."""

    def of_all(value: Any, where: str) -> None:
        if value is None:
            return
        if not isinstance(value, list):
            raise Denied(f"{where} is no list", 400)
        for one in value:
            test(one, where)

    return of_all


def allowed(*patterns: str) -> Test:
    """A text that fits one of the patterns, in which * is any text."""

    def test(value: Any, where: str) -> None:
        if not isinstance(value, str) or not fits(value, patterns):
            refuse(where, value)

    return test


def fits(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether `text` as a whole is like one of the patterns; * stands for any text."""
    return any(
        re.fullmatch(".*".join(map(re.escape, one.split("*"))), text, re.DOTALL) for one in patterns
    )


def empty(value: Any) -> bool:
    """Whether a value says nothing: what Go leaves in a field that was not set."""
    return value is None or value is False or value in ("", [], {}) or value == 0
