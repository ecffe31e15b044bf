"""How versions look: docker's layout of `docker version`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

_WIDTH = 20  # of the names before the values


def client_text(client: Mapping[str, str], python: str) -> str:
    """The client's section. `python` is the version that dsock runs on."""
    spoken, ours = client["ApiVersion"], client["DefaultAPIVersion"]
    downgraded = f" (downgraded from {ours})" if spoken != ours else ""
    rows = [
        (" Version", client["Version"]),
        (" API version", spoken + downgraded),
        (" Python version", python),
        (" OS/Arch", f"{client['Os']}/{client['Arch']}"),
        (" Context", client["Context"]),
    ]
    return "Client: dsock\n" + _aligned(rows)


def server_text(server: Mapping[str, Any]) -> str:
    """The server's section, from what `server_record` made."""
    platform = server["Platform"]["Name"]
    parts = [f"Server: {platform}\n" if platform else "Server:\n"]
    for component in server["Components"]:
        parts.append(f" {component['Name']}:\n")
        parts.append(_aligned([("  Version", component["Version"]), *_details(component)]))
    return "".join(parts)


def server_record(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The engine's answer to GET /version in docker's order, with an Engine among the components
    and its time of build in words."""
    components = [dict(component) for component in answer.get("Components") or ()]
    for component in components:
        component["Details"] = dict(component.get("Details") or {})
        if component["Name"] == "Engine" and "BuildTime" in component["Details"]:
            component["Details"]["BuildTime"] = _in_words(component["Details"]["BuildTime"])
    if not any(component["Name"] == "Engine" for component in components):
        components.append(_engine(answer))
    platform = answer.get("Platform") or {"Name": ""}
    return {**answer, "Platform": platform, "Components": components}


def _engine(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The Engine of a server that does not name one: Podman, and engines before 18.09."""
    names = ("ApiVersion", "MinAPIVersion", "GitCommit", "GoVersion", "Os", "Arch")
    details = {name: answer.get(name, "") for name in names}
    details["BuildTime"] = _in_words(answer.get("BuildTime", ""))
    details["Experimental"] = "true" if answer.get("Experimental") else "false"
    return {"Name": "Engine", "Version": answer.get("Version", ""), "Details": details}


def _details(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    details = component["Details"]
    if component["Name"] != "Engine":
        for name in sorted(details):
            yield f"  {name}", details[name]
        return

    def get(name: str) -> str:
        return str(details.get(name, ""))

    yield "  API version", f"{get('ApiVersion')} (minimum version {get('MinAPIVersion')})"
    yield "  Go version", get("GoVersion")
    yield "  Git commit", get("GitCommit")
    yield "  Built", get("BuildTime")
    yield "  OS/Arch", f"{get('Os')}/{get('Arch')}"
    yield "  Experimental", get("Experimental")


def _aligned(rows: list[tuple[str, str]]) -> str:
    """One row a line, its values in a column. A value of several lines ends the column: what
    follows is aligned anew, as docker does it."""
    out: list[str] = []
    block: list[tuple[str, str]] = []
    for name, value in rows:
        block.append((f"{name}:", value))
        if "\n" in value:
            out += _block(block)
            block = []
    return "".join([*out, *_block(block)])


def _block(rows: list[tuple[str, str]]) -> Iterator[str]:
    width = max([_WIDTH, *(len(name) + 1 for name, _ in rows)])
    return (f"{name:{width}}{value}\n" for name, value in rows)


def _in_words(time: str) -> str:
    """ "2026-05-07T21:09:36.000000000+00:00" as "Thu May  7 21:09:36 2026"."""
    try:
        return datetime.fromisoformat(time).ctime()
    except ValueError:
        return time
