"""The least policy that lets pass what a trace saw."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from dsock.api import routes
from dsock.relay.policy import bodies
from dsock.relay.policy.bodies import Exec, Grant, Make
from dsock.relay.policy.create import NAMESPACES, Create
from dsock.relay.policy.denied import Denied
from dsock.relay.record import Call

# What HostConfig calls the namespaces of a policy.
_MODES = {"network": "NetworkMode", "pid": "PidMode", "ipc": "IpcMode", "uts": "UTSMode",
          "userns": "UsernsMode", "cgroupns": "CgroupnsMode"}  # fmt: skip


def policy_of(calls: Iterable[Call]) -> str:
    """A policy file in YAML for `dsock proxy`: each call that was made, with the parameters that
    it had, and for bodies that are looked into what they asked for."""
    import yaml

    queries: dict[str, set[str]] = {}
    asked: dict[str, list[Any]] = {}
    for call in calls:
        _, path = routes.split_version(unquote(call.path))
        route = routes.match(call.method, path)
        if route is None:
            continue
        keys = parse_qsl(call.target.partition("?")[2], keep_blank_values=True)
        queries.setdefault(str(route), set()).update(key for key, _ in keys)
        if call.body and bodies.takes_json(str(route)):
            asked.setdefault(str(route), []).append(_json(call.body))
    notes = ["# What a trace saw; ids and names are open. Narrow it by hand where you know more."]
    rules = []
    for name, keys_seen in queries.items():
        rule: dict[str, Any] = {"call": name, "query": sorted(keys_seen)}
        body, reason = _body(name, asked.get(name, []))
        if body:
            rule["body"] = body
        if reason:
            notes.append(f"# {name}: its body is open, for {reason}")
        rules.append(rule)
    text: str = yaml.safe_dump({"rules": rules}, sort_keys=False)
    return "\n".join(notes) + "\n" + text


def _body(route: str, seen: list[Any]) -> tuple[Any, str]:
    """What a rule says of the bodies `seen`, and why it can't say more than "any"."""
    if route in bodies.OPAQUE:
        return "any", "nobody looks into it"
    kind = bodies.GRANTS.get(route)
    if kind is None or not seen:
        return None, ""
    made = {Create: _create, Exec: _exec, Make: _make}[kind]
    grants = [made(body) for body in seen if isinstance(body, Mapping)]
    grant = grants[0]
    for other in grants[1:]:
        grant = _joined(grant, other)
    try:
        for body in seen:
            bodies.judge(route, body, grant)
    except Denied as err:
        return "any", " ".join(str(err.message).split())
    return _said(grant), ""


def _create(body: Mapping[str, Any]) -> Grant:
    host = body.get("HostConfig") or {}
    mounts = host.get("Mounts") or []
    binds = [_bind(str(text)) for text in host.get("Binds") or () if str(text).startswith("/")]
    binds += [str(mount.get("Source")) + (":ro" if mount.get("ReadOnly") else "")
              for mount in mounts if mount.get("Type") == "bind"]  # fmt: skip
    named = [text for text in host.get("Binds") or () if not str(text).startswith("/")]
    endpoints = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    networks = {str(host.get("NetworkMode") or "default"), *endpoints} - {"host"}
    return Create(
        images=(str(body.get("Image")),),
        binds=tuple(binds),
        volumes=bool(
            named or body.get("Volumes") or any(m.get("Type") == "volume" for m in mounts)
        ),
        ports=bool(host.get("PortBindings") or host.get("PublishAllPorts")),
        networks=tuple(sorted(networks)),
        host=tuple(name for name in NAMESPACES if host.get(_MODES[name]) == "host"),
        capabilities=tuple(map(str, host.get("CapAdd") or ())),
        devices=tuple(str(one.get("PathOnHost")) for one in host.get("Devices") or ()),
        groups=tuple(map(str, host.get("GroupAdd") or ())),
        sysctls=tuple(host.get("Sysctls") or ()),
        security=tuple(map(str, host.get("SecurityOpt") or ())),
        runtimes=tuple(filter(None, [host.get("Runtime")])),
        extra_hosts=bool(host.get("ExtraHosts")),
        gpus=bool(host.get("DeviceRequests")),
        privileged=bool(host.get("Privileged")),
    )


def _exec(body: Mapping[str, Any]) -> Grant:
    words = " ".join(map(str, body.get("Cmd") or ()))
    users = (str(body["User"]),) if body.get("User") else None
    return Exec((words,), users, bool(body.get("Privileged")))


def _make(body: Mapping[str, Any]) -> Grant:
    driver = body.get("Driver")
    return Make((str(driver),) if driver not in (None, "", "local", "bridge") else ())


def _bind(text: str) -> str:
    source, _, rest = text.partition(":")
    return source + (":ro" if "ro" in rest.partition(":")[2].split(",") else "")


def _joined(one: Any, other: Any) -> Any:
    """What grants both; None is no limit."""
    both: dict[str, Any] = {}
    for each in fields(one):
        a, b = getattr(one, each.name), getattr(other, each.name)
        if isinstance(a, bool):
            both[each.name] = a or b
        elif a is None or b is None:
            both[each.name] = None
        else:
            both[each.name] = tuple(dict.fromkeys((*a, *b)))
    return replace(one, **both)


def _said(grant: Any) -> dict[str, Any]:
    """The grant as a policy file writes it: what differs from a grant that says nothing."""
    plain = type(grant)()
    found = {each.name: getattr(grant, each.name) for each in fields(grant)
             if getattr(grant, each.name) != getattr(plain, each.name)}  # fmt: skip
    return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
