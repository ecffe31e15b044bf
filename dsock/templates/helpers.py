"""What templates can do with containers: docker-gen's functions. Those of Jinja2 templates have
names with underscores (`group_by`), those of Go templates docker-gen's own (`groupBy`)."""

from __future__ import annotations

import json as _json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

MISSING = object()
LABELS = ("labels", "Labels")
_HOST = r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:\.\*)?"


def deep(item: Any, path: str) -> Any:
    """What stands in `item` at a path such as "labels.com.example.role", MISSING for nothing.
    Keys may have dots: the longest that fits is meant."""
    if not isinstance(item, Mapping):
        return MISSING
    if path in item:
        return item[path]
    at = len(path)
    while (at := path.rfind(".", 0, at)) > 0:
        if path[:at] in item:
            return deep(item[path[:at]], path[at + 1 :])
    return MISSING


def group_by(items: Iterable[Any], path: str) -> dict[Any, list[Any]]:
    """{value: items that have it}; those without one are left out."""
    return _grouped((value, item) for item in items if (value := _found(item, path)))


def group_by_multi(items: Iterable[Any], path: str, separator: str) -> dict[Any, list[Any]]:
    """The same, but an item belongs to each part of its value ("a.example,b.example")."""
    return _grouped(
        (part.strip(), item)
        for item in items
        for part in str(_found(item, path) or "").split(separator)
        if part.strip()
    )


def group_by_with_default(items: Iterable[Any], path: str, default: str) -> dict[Any, list[Any]]:
    """group_by, where items without a value are under `default`."""
    return _grouped((_found(item, path) or default, item) for item in items)


def group_by_label(items: Iterable[Any], label: str) -> dict[Any, list[Any]]:
    """{value of the label: items}."""
    return _grouped((value, item) for item in items if (value := _label(item, label)))


def group_by_keys(items: Iterable[Any], path: str) -> list[Any]:
    """The values that group_by would group by."""
    return list(group_by(items, path))


def where(items: Iterable[Any], path: str, value: Any) -> list[Any]:
    """The items that have that value."""
    return [item for item in items if _found(item, path) == value]


def where_not(items: Iterable[Any], path: str, value: Any) -> list[Any]:
    """The items that have not."""
    return [item for item in items if _found(item, path) != value]


def where_exist(items: Iterable[Any], path: str) -> list[Any]:
    """The items that have anything there."""
    return [item for item in items if deep(item, path) is not MISSING]


def where_not_exist(items: Iterable[Any], path: str) -> list[Any]:
    """The items that have nothing there."""
    return [item for item in items if deep(item, path) is MISSING]


def where_any(items: Iterable[Any], path: str, separator: str, values: Any) -> list[Any]:
    """The items whose value has one of `values` among its parts."""
    return [item for item in items if _parts(item, path, separator) & set(values)]


def where_all(items: Iterable[Any], path: str, separator: str, values: Any) -> list[Any]:
    """The items whose value has all of `values` among its parts."""
    return [item for item in items if _parts(item, path, separator) >= set(values)]


def where_label_exists(items: Iterable[Any], label: str) -> list[Any]:
    """The items that have the label."""
    return [item for item in items if _label(item, label) is not None]


def where_label_does_not_exist(items: Iterable[Any], label: str) -> list[Any]:
    """The items that have not."""
    return [item for item in items if _label(item, label) is None]


def where_label_value_matches(items: Iterable[Any], label: str, pattern: str) -> list[Any]:
    """The items in whose label a regular expression is found."""
    found = re.compile(pattern)
    return [item for item in items if found.search(_label(item, label) or "")]


def sort_by(items: Iterable[Any], path: str, reverse: bool = False) -> list[Any]:
    """The items in the order of their values; 10 comes after 9."""

    def key(item: Any) -> tuple[Any, ...]:
        value = _found(item, path)
        parts = re.split(r"([0-9]+)", "" if value is None else str(value))
        return tuple((1, int(p), "") if p.isdecimal() else (0, 0, p) for p in parts)

    return sorted(items, key=key, reverse=reverse)


def keys(table: Mapping[Any, Any]) -> list[Any]:
    """The keys, in order."""
    return sorted(table)


def values(table: Mapping[Any, Any]) -> list[Any]:
    """The values, in the order of their keys."""
    return [table[key] for key in sorted(table)]


def contains(table: Mapping[Any, Any], key: Any) -> bool:
    """True if the key is there."""
    return key in table


def closest(names: Iterable[str], wanted: str) -> str:
    """The longest of the names that `wanted` contains, "" for none."""
    return max((name for name in names if name in wanted), key=len, default="")


def coalesce(*values: Any) -> Any:
    """The first value that is one."""
    return next((value for value in values if value), None)


def when(condition: Any, then: Any, otherwise: Any) -> Any:
    """One of two."""
    return then if condition else otherwise


def intersect(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """What is in both, in order."""
    return sorted(set(first) & set(second))


def dir_(path: str) -> list[str]:
    """The names in a folder, in order; none if there is no such folder."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def exists(path: str) -> bool:
    """True if there is such a file or folder."""
    return os.path.exists(path)


def json(value: Any) -> str:
    """The value as JSON, keys in order."""
    text = _json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def parse_json(text: str) -> Any:
    """The value of JSON. Raises ValueError."""
    return _json.loads(text)


def to_yaml(value: Any) -> str:
    """The value as YAML."""
    import yaml

    plain = _json.loads(_json.dumps(value))
    return str(yaml.safe_dump(plain, allow_unicode=True)).removesuffix("...\n").rstrip("\n")


def from_yaml(text: str) -> Any:
    """The value of YAML. Raises ValueError."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as err:
        raise ValueError(str(err).replace("\n", " ")) from None


def sha1(text: str) -> str:
    """The SHA-1 of a text in hex digits, as a short name for it."""
    from hashlib import sha1

    return sha1(text.encode("utf-8", "surrogateescape")).hexdigest()


def split(text: str, separator: str) -> list[str]:
    """The parts between separators."""
    return text.split(separator) if separator else list(text)


def split_n(text: str, separator: str, count: int) -> list[str]:
    """At most `count` parts."""
    return text.split(separator, count - 1) if count > 0 else text.split(separator)


def trim_prefix(text: str, prefix: str) -> str:
    """The text without that beginning."""
    return text.removeprefix(prefix)


def trim_suffix(text: str, suffix: str) -> str:
    """The text without that end."""
    return text.removesuffix(suffix)


def has_prefix(text: str, prefix: str) -> bool:
    """True if the text begins so."""
    return text.startswith(prefix)


def has_suffix(text: str, suffix: str) -> bool:
    """True if the text ends so."""
    return text.endswith(suffix)


def parse_bool(text: str) -> bool:
    """What "1", "t", "true", "0", "f" or "false" says. Raises ValueError."""
    word = str(text)
    if word in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if word in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise ValueError(f"{word!r} is neither true nor false")


def query_escape(text: str) -> str:
    """The text for a URL's query."""
    return quote_plus(text, safe="")


def nginx_quote(text: str) -> str:
    """The text as one word of nginx's configuration, whatever is in it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", str(text)) + '"'


def is_host(text: Any) -> bool:
    """True for the name of a host, also "*.example.com" and "_": nothing that could end a line."""
    return isinstance(text, str) and len(text) < 254 and bool(re.fullmatch(_HOST, text))


def is_port(value: Any) -> bool:
    """True for 1 to 65535."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536


def _found(item: Any, path: str) -> Any:
    value = deep(item, path)
    return None if value is MISSING else value


def _label(item: Any, label: str) -> Any:
    tables = (item.get(key) for key in LABELS if isinstance(item, Mapping))
    return next((table[label] for table in tables if table and label in table), None)


def _parts(item: Any, path: str, separator: str) -> set[str]:
    value = _found(item, path)
    return set(str(value).split(separator)) if value else set()


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for value, item in pairs:
        groups.setdefault(value, []).append(item)
    return {value: groups[value] for value in sorted(groups, key=str)}


_ALL: Sequence[Callable[..., Any]] = (
    group_by, group_by_multi, group_by_with_default, group_by_label, group_by_keys, where,
    where_not, where_exist, where_not_exist, where_any, where_all, where_label_exists,
    where_label_does_not_exist, where_label_value_matches, sort_by, keys, values, contains, closest,
    coalesce, when, intersect, exists, json, parse_json, to_yaml, from_yaml, sha1, split, split_n,
    trim_prefix, trim_suffix, has_prefix, has_suffix, parse_bool, query_escape, nginx_quote,
)  # fmt: skip
HELPERS: dict[str, Callable[..., Any]] = {
    **{function.__name__: function for function in _ALL},
    "dir": dir_,
}
TESTS: dict[str, Callable[..., bool]] = {"host": is_host, "port": is_port}
