"""The columns that `ps` can show of a container: as text, and as values with their types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dsock.errors import BadFlag
from dsock.flags.filters import health
from dsock.views import containers as c
from dsock.views.labels import label
from dsock.views.ports import ports

Record = Mapping[str, Any]

INSPECTED = "dsock.inspected"  # where a record has what GET /containers/{id}/json says of it
PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"
LABEL = "label:"
OTHER_NAMES = {
    "address": "ip", "addresses": "ip", "container": "name", "createdat": "created",
    "exit": "exit-code", "exitcode": "exit-code", "exit-reason": "reason", "names": "name",
    "network": "networks", "port": "ports", "runningfor": "age",
}  # fmt: skip
WIDE = ("id", "name", "image", "status", "health", "ports", "ip", "project", "age", "command")
BLOCK = ("id", "image", "command", "status", "reason", "restarts", "created", "ports", "ip",
         "mounts", "project", "service", "labels")  # fmt: skip


class Field(NamedTuple):
    """A column: its header, a record's text in it, and the value with its type (None: there is
    none). `inspects`: the record must have been inspected too."""

    header: str
    text: Callable[[Record], str]
    value: Callable[[Record], Any]
    inspects: bool = False


def chosen(names: Iterable[str], full: bool, now: float) -> dict[str, Field]:
    """The columns of these names, in their order; "label:KEY" is a label's value. `full` cuts
    nothing, `now` is a Unix time. Raises BadFlag for a name that no column has."""
    known = fields(full, now)
    out: dict[str, Field] = {}
    for name in names:
        plain = name.strip()
        if plain.startswith(LABEL):
            out[plain] = _of_label(plain.removeprefix(LABEL))
            continue
        plain = plain.lower()
        plain = OTHER_NAMES.get(plain, plain)
        if plain not in known:
            raise BadFlag(f"no column is called {name!r}", _hint(plain, known))
        out[plain] = known[plain]
    return out


def typed(full: bool, now: float, sized: bool) -> dict[str, Field]:
    """All columns that the list itself has."""
    return {
        name: field
        for name, field in fields(full, now).items()
        if not field.inspects and (name != "size" or sized)
    }


def fields(full: bool, now: float) -> dict[str, Field]:
    """All of them."""
    shown = c.view(full, now)
    text = {name: function for name, (_, function) in shown.items()}
    return {
        "id": Field("CONTAINER ID", text["ID"], _at("Id")),
        "name": Field("NAMES", text["Names"], c.view(False, now)["Names"][1]),
        "image": Field("IMAGE", text["Image"], _at("Image")),
        "image-id": Field("IMAGE ID", _image_id if full else _short_image_id, _at("ImageID")),
        "command": Field("COMMAND", text["Command"], _at("Command")),
        "created": Field("CREATED AT", text["CreatedAt"], _created),
        "age": Field("CREATED", text["RunningFor"], lambda r: int(now - r.get("Created", 0))),
        "state": Field("STATE", text["State"], _at("State")),
        "status": Field("STATUS", text["Status"], _at("Status")),
        "health": Field("HEALTH", health, lambda record: health(record) or None),
        "exit-code": _plain("EXIT CODE", exit_code),
        "ports": Field("PORTS", lambda r: ports(r.get("Ports")), lambda r: r.get("Ports") or []),
        "networks": Field("NETWORKS", text["Networks"], lambda record: list(_networks(record))),
        "ip": Field("IP", _address_text, addresses),
        "mounts": Field("MOUNTS", text["Mounts"], lambda record: record.get("Mounts") or []),
        "size": Field("SIZE", text["Size"], _size),
        "project": _of_label(PROJECT)._replace(header="PROJECT"),
        "service": _of_label(SERVICE)._replace(header="SERVICE"),
        "labels": Field("LABELS", text["Labels"], lambda record: record.get("Labels") or {}),
        "restarts": _plain("RESTARTS", lambda r: _inspected(r).get("RestartCount"), True),
        "reason": _plain("REASON", reason, True),
        "pid": _plain("PID", lambda record: _state(record).get("Pid") or None, True),
        "started": _plain("STARTED AT", lambda record: _moment(record, "StartedAt"), True),
        "finished": _plain("FINISHED AT", lambda record: _moment(record, "FinishedAt"), True),
    }


def exit_code(record: Record) -> int | None:
    """The exit code of a container that has ended."""
    status = str(record.get("Status", ""))
    number = status.removeprefix("Exited (").partition(")")[0]
    return int(number) if status.startswith("Exited (") and number.lstrip("-").isdigit() else None


def addresses(record: Record) -> dict[str, list[str]]:
    """Its IP addresses in each network that gave it any."""
    found = {
        name: [end[key] for key in ("IPAddress", "GlobalIPv6Address") if end.get(key)]
        for name, end in _networks(record).items()
    }
    return {name: of_it for name, of_it in found.items() if of_it}


def reason(record: Record) -> str | None:
    """Why it has ended; None for one that runs or never did."""
    state = _state(record)
    if state.get("OOMKilled"):
        return "out of memory"
    if state.get("Error"):
        return str(state["Error"])
    if state.get("Status") not in ("exited", "dead", "stopped"):
        return None
    code = int(state.get("ExitCode") or 0)
    if 128 < code < 128 + 65:
        return f"killed by {_signal(code - 128)}"
    return f"exit code {code}" if code else "done"


def block(record: Record, columns: Mapping[str, Field]) -> list[tuple[str, list[str]]]:
    """(name, lines) of each column that has something to say."""
    out = []
    for name, field in columns.items():
        lines = _LINES[name](record) if name in _LINES else [field.text(record)]
        if any(lines):
            out.append((name, lines))
    return out


def _at(key: str) -> Callable[[Record], Any]:
    return lambda record: record.get(key)


def _plain(header: str, value: Callable[[Record], Any], inspects: bool = False) -> Field:
    """A column whose text is its value."""

    def text(record: Record) -> str:
        found = value(record)
        return "" if found is None else str(found)

    return Field(header, text, value, inspects)


def _of_label(key: str) -> Field:
    header = key.rpartition(".")[2].upper()
    return Field(header, lambda r: label(r, key), lambda r: (r.get("Labels") or {}).get(key))


def _hint(name: str, known: Mapping[str, Field]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    there = ", ".join(known)
    return f"did you mean {close[0]}?" if close else f"there are {there}, and {LABEL}KEY"


def _image_id(record: Record) -> str:
    return str(record.get("ImageID", ""))


def _short_image_id(record: Record) -> str:
    return _image_id(record).removeprefix("sha256:")[:12]


def _created(record: Record) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(record.get("Created", 0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _size(record: Record) -> dict[str, int]:
    return {"rw": record.get("SizeRw", 0), "rootfs": record.get("SizeRootFs", 0)}


def _networks(record: Record) -> Mapping[str, Any]:
    return (record.get("NetworkSettings") or {}).get("Networks") or {}


def _inspected(record: Record) -> Record:
    return record.get(INSPECTED) or {}


def _state(record: Record) -> Record:
    return _inspected(record).get("State") or {}


def _moment(record: Record, key: str) -> str | None:
    found = str(_state(record).get(key) or "0001")
    return None if found.startswith("0001") else found


def _signal(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _mount_lines(record: Record) -> list[str]:
    return [
        f"{mount.get('Name') or mount.get('Source') or mount.get('Type', '')}"
        f" -> {mount.get('Destination', '')}{'' if mount.get('RW', True) else ' (read-only)'}"
        for mount in record.get("Mounts") or ()
    ]


def _address_text(record: Record) -> str:
    return ", ".join(address for of_it in addresses(record).values() for address in of_it)


def _address_lines(record: Record) -> list[str]:
    found: Mapping[str, Sequence[str]] = addresses(record)
    return [f"{address} ({name})" for name, of_it in found.items() for address in of_it]


_LINES: dict[str, Callable[[Record], list[str]]] = {
    "ip": _address_lines,
    "labels": lambda r: sorted(f"{key}={value}" for key, value in (r.get("Labels") or {}).items()),
    "mounts": _mount_lines,
    "ports": lambda record: ports(record.get("Ports")).split(", "),
    "restarts": lambda r: [str(n)] if (n := _inspected(r).get("RestartCount")) else [],
}
