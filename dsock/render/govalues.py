"""What a template sees of Go: structs, maps, slices and nil pointers, and a listing's rows.

gotpl asks `__gotemplate_lookup__` for fields and `__go_format__` for what printf writes;
`go_json` is what to_json writes. gotpl is not imported until something is formatted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dsock.errors import BadTemplate
from dsock.render.gostrings import duration, ordered
from dsock.render.gotimes import iso_timestamp

if TYPE_CHECKING:
    from gotpl import GoFormatSpec

    from dsock.render.gotypes import Field


def no_field(name: str, of: str, hint: str | None = None) -> BadTemplate:
    """The error for a field that does not exist."""
    return BadTemplate(f"template parsing error: can't evaluate field {name} in {of}", hint)


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
            known = " ".join(f".{field}" for field in sorted(self.fields))
            raise no_field(name, "a row", f"there are {known}")
        if name == "Label":
            return self.label
        value = self.fields[name](self.record)
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


class Nil(int):
    """A pointer to nothing: `<nil>` in text, null in JSON, false (as 0 is), without fields."""

    def __gotemplate_lookup__(self, name: str) -> Any:
        raise no_field(name, "a nil pointer")

    def __go_format__(self, spec: GoFormatSpec) -> str:
        return str(self)

    def __str__(self) -> str:
        return "<nil>"

    def go_json(self) -> None:
        return None


NIL = Nil()


class Text(str):
    """A string, which has no fields: Python's methods are not a template's business."""

    __slots__ = ()

    def __gotemplate_lookup__(self, name: str) -> Any:
        raise no_field(name, "a string")


class Name(str):
    """A string whose type is not string."""

    __slots__ = ()


class Number(Name):
    """A number in JSON that has no type: docker keeps its digits, and takes it for a string."""

    __slots__ = ()

    def go_json(self) -> Any:
        return float(self) if "." in self or "e" in self else int(self)


class Port(Name):
    """ "80/tcp": a string to most, but a type of its own as the key of a map."""

    __slots__ = ()

    def __gotemplate_lookup__(self, name: str) -> Any:
        number, _, protocol = self.partition("/")
        found = {"Port": number, "Proto": protocol or "tcp", "Int": int(number or 0)}
        if name not in found:
            raise no_field(name, "a port")
        return found[name]


class Slice(list[Any]):
    """A slice, which may be nil; printf's verbs go to its items."""

    def __init__(self, items: Iterable[Any] = (), null: bool = False) -> None:
        super().__init__(items)
        self.null = null

    def __go_format__(self, spec: GoFormatSpec) -> str:
        return f"[{' '.join(_nested(spec, item) for item in self)}]"

    def go_json(self) -> Any:
        return None if self.null else [ordered(item) for item in self]


class Rows(Slice):
    """The rows of a listing inside another record."""

    def json_text(self) -> str:
        return f"[{','.join(map(str, self))}]"


class Map(dict[Any, Any]):
    """A map, which may be nil. `zero` is what `index` gives for a missing key."""

    def __init__(
        self, items: Mapping[Any, Any], zero: Any = None, null: bool = False, ports: bool = False
    ) -> None:
        super().__init__(items)
        self.zero = zero
        self.null = null
        self.ports = ports

    def __go_format__(self, spec: GoFormatSpec) -> str:
        parts = [f"{_nested(spec, key)}:{_nested(spec, self[key])}" for key in sorted(self)]
        return f"map[{' '.join(parts)}]"

    def go_json(self) -> Any:
        return None if self.null else {key: ordered(self[key]) for key in sorted(self)}


class Struct:
    """A struct, or a pointer to one."""

    def __init__(self, parts: list[tuple[Field, Any]]) -> None:
        self.parts = parts
        self.is_pointer = False

    def __gotemplate_lookup__(self, name: str) -> Any:
        found = self.find(name)
        if found is None:
            raise no_field(name, "a struct")
        return found[0]

    def find(self, name: str) -> tuple[Any] | None:
        """The value of a field, of its own or of an embedded struct."""
        for field, value in self.parts:
            if field.name == name:
                return (value,)
        for field, value in self.parts:
            if not field.key and isinstance(value, Struct) and (found := value.find(name)):
                return found
        return None

    def go_json(self) -> Any:
        out: dict[str, Any] = {}
        for field, value in self.parts:
            if not field.key:
                out |= value.go_json() or {}
            elif field.key != "-" and (not field.omitted or _is_full(field, value)):
                out[field.key] = ordered(value)
        return out

    def __str__(self) -> str:
        from gotpl import GoFormatSpec

        return self._format(GoFormatSpec("v", "", None, None))

    def __go_format__(self, spec: GoFormatSpec) -> str:
        return "&" * self.is_pointer + self._format(spec)

    def _format(self, spec: GoFormatSpec) -> str:
        names = spec.verb == "v" and "+" in spec.flags
        parts = [
            (f"{field.name}:" if names else "") + _nested(spec, value)
            for field, value in self.parts
        ]
        return f"{{{' '.join(parts)}}}"


class Ulimit(Struct):
    """The one struct of docker's that says itself how it is printed."""

    def __str__(self) -> str:
        value = {field.name: value for field, value in self.parts}
        return f"{value['Name']}={value['Soft']}:{value['Hard']}"


class AsIs:
    """JSON that no template looks into."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __gotemplate_lookup__(self, name: str) -> Any:
        raise no_field(name, "what dsock does not know")

    def go_json(self) -> Any:
        return self.value


class Time:
    """A moment, as the engine wrote it."""

    def __init__(self, text: str) -> None:
        self.text = text or "0001-01-01T00:00:00Z"

    def __str__(self) -> str:
        return iso_timestamp(self.text)

    def go_json(self) -> str:
        return self.text


class Duration(int):
    """A number of nanoseconds."""

    def __str__(self) -> str:
        return duration(int(self))

    def go_json(self) -> int:
        return int(self)


def _is_full(field: Field, value: Any) -> bool:
    """False for what Go's omitempty leaves out: a struct and a pointer to 0 are not empty."""
    if field.kind.startswith("*"):
        return value is not NIL
    return isinstance(value, Struct | AsIs | Time) or bool(value)


def _nested(spec: GoFormatSpec, value: Any) -> str:
    from gotpl.runtime.gofmt import sprintf

    if isinstance(value, Ulimit):
        return str(value)
    if isinstance(value, Struct) and value.is_pointer:
        return f"0xc{id(value) & 0xFFFFFFFFF:09x}"  # an address means nothing to anybody
    width = "" if spec.width is None else spec.width
    precision = "" if spec.precision is None else f".{spec.precision}"
    return str(sprintf(f"%{spec.flags}{width}{precision}{spec.verb}", value))
