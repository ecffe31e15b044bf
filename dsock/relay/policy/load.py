"""Policies from files. A file that is not understood to the last key is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dsock.api import routes
from dsock.errors import DsockError
from dsock.relay.policy.bodies import FIXED, GRANTS, OPAQUE, Grant, Unlimited
from dsock.relay.policy.create import NAMESPACES
from dsock.relay.policy.parameters import Values, of_route
from dsock.relay.policy.profiles import PROFILES
from dsock.relay.policy.rules import HIDEABLE, Policy, Rule

_TYPES = {"listen": str, "mode": (str, int), "group": (str, int), "profiles": list, "rules": list,
          "hide": list, "owner": str, "audit": bool, "uids": list, "gids": list,
          "limit": int}  # fmt: skip


@dataclass(frozen=True)
class Listener:
    """A socket, and what its clients may do."""

    policy: Policy
    path: Path | None = None
    mode: int = 0o600
    group: str = ""

    @property
    def socket(self) -> tuple[Path | None, int, str]:
        """What stays as it is while the policy is read again."""
        return self.path, self.mode, self.group


def file(path: str) -> list[Listener]:
    """The listeners of a policy file, YAML or, if its name ends so, TOML. Raises DsockError,
    which says where, if anything in it is not understood."""
    try:
        return _listeners(_parsed(path))
    except OSError as err:
        raise DsockError(f"{path}: {err.strerror}") from None
    except _Wrong as err:
        raise DsockError(f"{path}: {err}", "dsock proxy --help shows how a policy looks") from None


def of_profiles(names: tuple[str, ...]) -> Policy:
    """The union of profiles. Raises DsockError for an unknown one."""
    try:
        return _policy({"profiles": list(names)}, "the profiles")
    except _Wrong as err:
        raise DsockError(str(err), "dsock proxy --profiles lists them") from None


def joined(one: Policy, other: Policy) -> Policy:
    """What either lets pass; what either hides is hidden."""
    from dataclasses import replace

    return replace(one, rules=one.rules + other.rules, hide=one.hide | other.hide,
                   risks=one.risks + other.risks)  # fmt: skip


class _Wrong(DsockError):
    """What a file has that cannot be understood, and where."""


def _parsed(path: str) -> Any:
    data = Path(path).read_bytes()
    if path.endswith(".toml"):
        import tomllib

        try:
            return tomllib.loads(data.decode())
        except ValueError as err:
            raise _Wrong(f"no TOML: {err}") from None
    import yaml

    try:
        return yaml.load(data, Loader=_unique(yaml))
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise _Wrong("no YAML: " + " ".join(str(err).split())) from None


def _unique(yaml: Any) -> Any:
    """The safe loader, which also refuses a key that stands there twice."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = [key for at, key in enumerate(keys) if key in keys[:at]]
            if twice:
                raise ValueError(f"{twice[0]!r} stands there twice")
            return super().construct_mapping(node, deep)

    return Loader


def _listeners(found: Any) -> list[Listener]:
    table = _table(found, "the policy")
    if "listeners" not in table:
        return [_listener(table, "the policy")]
    if set(table) != {"listeners"} or not isinstance(table["listeners"], list):
        raise _Wrong("`listeners` is a list, and stands alone")
    if not table["listeners"]:
        raise _Wrong("`listeners` is empty")
    every = [
        _listener(_table(one, f"listener {number}"), f"listener {number}")
        for number, one in enumerate(table["listeners"], 1)
    ]
    paths = [one.path for one in every]
    if None in paths or len(set(paths)) < len(paths):
        raise _Wrong("each of the listeners needs a `listen` of its own")
    return every


def _listener(table: dict[str, Any], where: str) -> Listener:
    path = Path(table["listen"]) if table.get("listen") else None
    return Listener(
        _policy(table, where), path, mode(table.get("mode", "0600")), str(table.get("group", ""))
    )


def mode(value: Any) -> int:
    """The rights of a socket: "0660"."""
    if not isinstance(value, str) or not re.fullmatch(r"0?[0-7]{3}", value):
        raise _Wrong(f'mode {value!r}: a text like "0660" is wanted')
    return int(value, 8)


def _policy(table: dict[str, Any], where: str) -> Policy:
    for key, value in table.items():
        if key not in _TYPES:
            raise _Wrong(f"{where}: unknown key {key!r}; known are {', '.join(_TYPES)}")
        if not isinstance(value, _TYPES[key]) or (value is True and _TYPES[key] is int):  # type: ignore[arg-type]
            raise _Wrong(f"{where}: {key} is of the wrong type")
    names = _words(table.get("profiles", []), f"{where}: profiles")
    unknown = [name for name in names if name not in PROFILES]
    if unknown:
        raise _Wrong(f"no profile {unknown[0]!r}; there are {', '.join(PROFILES)}")
    rules = [rule for name in names for rule in _of_profile(name)]
    rules += [_rule(one, where) for one in table.get("rules", [])]
    if not rules:
        raise _Wrong(f"{where} allows nothing: it has no profiles and no rules")
    hide = _words(table.get("hide", []), f"{where}: hide")
    if set(hide) - set(HIDEABLE):
        raise _Wrong(f"{where}: hide has {', '.join(HIDEABLE)}")
    owner = table.get("owner", "")
    if "owner" in table and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", owner):
        raise _Wrong(f"{where}: {owner!r} is no owner's name")
    return Policy(
        name="+".join(names) or "policy",
        rules=tuple(rules),
        hide=frozenset(hide).union(*(PROFILES[name].hide for name in names)),
        owner=owner,
        audit=table.get("audit", False),
        uids=_numbers(table, "uids", where),
        gids=_numbers(table, "gids", where),
        limit=table.get("limit", 1 << 20),
        risks=tuple(f"{name}: {PROFILES[name].risk}" for name in names),
    )


def _of_profile(name: str) -> list[Rule]:
    profile = PROFILES[name]
    body = Unlimited() if profile.unlimited else None
    return [Rule(call, ANY_QUERY if profile.unlimited else None, body) for call in profile.calls]


class _Any(dict[str, Values]):
    """Any parameters with any values."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Values:
        return None


ANY_QUERY = _Any()


def _rule(found: Any, where: str) -> Rule:
    table = {"call": found} if isinstance(found, str) else _table(found, f"{where}: a rule")
    if set(table) - {"call", "query", "body"} or not isinstance(table.get("call"), str):
        raise _Wrong(f"{where}: a rule is a text like 'GET /info', or has call, query and body")
    call = " ".join(table["call"].split())
    if call not in map(str, routes.all_routes()):
        raise _Wrong(f"{where}: no engine has the call {call!r}")
    return Rule(call, _query(table.get("query"), call), _body(table.get("body"), call))


def _query(found: Any, call: str) -> dict[str, Values] | _Any | None:
    if found is None:
        return None
    if found == "any":
        return ANY_QUERY
    if isinstance(found, list):
        return dict.fromkeys(_words(found, f"{call}: query"))
    query: dict[str, Values] = {}
    for key, values in _table(found, f"{call}: query").items():
        if values is True:
            query[key] = of_route(call).get(key)
        else:
            query[key] = frozenset(_words(values, f"{call}: query {key}"))
    return query


def _body(found: Any, call: str) -> Grant | None:
    if found is None:
        if call in OPAQUE:
            raise _Wrong(f"{call}: nobody looks into its body; say `body: any` if you mean it")
        return None
    if found == "any" and (call in OPAQUE or call in FIXED or call in GRANTS):
        return Unlimited()
    kind = GRANTS.get(call)
    if kind is None:
        raise _Wrong(f"{call}: nothing can be said about its body")
    given: dict[str, Any] = {}
    types = {field.name: str(field.type) for field in fields(kind)}
    for key, value in _table(found, f"{call}: body").items():
        where = f"{call}: body: {key}"
        if key not in types:
            raise _Wrong(f"{where} is unknown; known are {', '.join(types)}")
        given[key] = _value(value, types[key], where)
    if set(given.get("host", ())) - set(NAMESPACES):
        raise _Wrong(f"{call}: body: host has {', '.join(NAMESPACES)}")
    for bind in given.get("binds", ()):
        if not bind.startswith("/") or "//" in bind or "/../" in f"{bind.removesuffix(':ro')}/":
            raise _Wrong(f"{call}: body: binds are absolute paths, not {bind!r}")
    return kind(**given)


def _value(value: Any, kind: str, where: str) -> Any:
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind.startswith("int") and isinstance(value, int) and value is not True:
        return value
    if kind.startswith("tuple"):
        return tuple(_words(value, where))
    raise _Wrong(f"{where} is of the wrong type")


def _numbers(table: dict[str, Any], key: str, where: str) -> frozenset[int] | None:
    if key not in table:
        return None
    if not all(type(one) is int for one in table[key]):
        raise _Wrong(f"{where}: {key} are numbers")
    return frozenset(table[key])


def _words(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong(f"{where} is a list of texts")
    return value


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _Wrong(f"{where} has keys and values")
    return value
