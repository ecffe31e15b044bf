"""What a template sees of Go: structs, maps, slices and nil pointers, and a listing's rows.

gotpl asks `__gotemplate_lookup__` for fields and `__go_format__` for what printf writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gotpl import GoFormatSpec, GoPointer, TemplateExecutionError  # noqa: TID253
from gotpl.runtime.gofmt import sprintf  # noqa: TID253

from dsock.render.gostrings import NIL


class UnknownField(TemplateExecutionError):
    """A template names a field that a listing does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no field .{name}")
        self.name = name


class Row:
    """A record of a listing: its fields are functions."""

    def __init__(
        self,
        fields: Mapping[str, Callable[..., Any]],
        record: Any,
        to_json: Callable[[Any], str],
    ) -> None:
        self.fields = fields
        self.record = record
        self.to_json = to_json

    def __str__(self) -> str:
        return self.to_json(self.record)

    def __gotemplate_lookup__(self, name: str) -> Any:
        if name not in self.fields:
            raise UnknownField(name)
        if name == "Label":
            return self.label
        value = self.fields[name](self.record)
        if value is NIL:
            return Nil()
        return Text(value) if isinstance(value, str) else value

    def label(self, name: str) -> Any:
        return self.fields["Label"](self.record, name)


class Header(dict[str, str]):
    """The headers of a table: what is not there has no value."""

    def __init__(self, headers: Mapping[str, str], label: Callable[[None, str], str]) -> None:
        super().__init__(headers)
        self._label = label

    def __gotemplate_lookup__(self, name: str) -> Any:
        return self.label if name == "Label" else Text(self[name])

    def label(self, name: str) -> str:
        return self._label(None, name)


class Text(str):
    """A string, which has no fields: Python's methods are not a template's business."""

    __slots__ = ()

    def __gotemplate_lookup__(self, name: str) -> Any:
        raise TemplateExecutionError(f"can't evaluate field {name} in type string")


class Nil(GoPointer[Any]):
    """A pointer to nothing: false, and without fields."""

    def __init__(self) -> None:
        super().__init__(None)

    def __gotemplate_lookup__(self, name: str) -> Any:
        raise TemplateExecutionError(f"nil pointer evaluating field {name}")

    def __str__(self) -> str:
        return "<nil>"


class Slice(list[Any]):
    """A slice. printf's verbs go to its items."""

    def __go_format__(self, spec: GoFormatSpec) -> str:
        return f"[{' '.join(_format(spec, item) for item in self)}]"


class Map(dict[Any, Any]):
    """A map, with the `zero` value of its type that `index` gives for a missing key."""

    def __init__(self, items: Mapping[Any, Any], zero: Any = None) -> None:
        super().__init__(items)
        self.zero = zero

    def __go_format__(self, spec: GoFormatSpec) -> str:
        parts = [f"{_format(spec, key)}:{_format(spec, self[key])}" for key in sorted(self)]
        return f"map[{' '.join(parts)}]"


def _format(spec: GoFormatSpec, value: Any) -> str:
    width = "" if spec.width is None else spec.width
    precision = "" if spec.precision is None else f".{spec.precision}"
    return str(sprintf(f"%{spec.flags}{width}{precision}{spec.verb}", value))
