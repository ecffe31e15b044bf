"""Who is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dsock.audit.finding import Finding, Rule


@dataclass(frozen=True, slots=True)
class Subject:
    """A container, a service or the engine, and the record that the engine has of it."""

    kind: str
    name: str
    id: str
    record: Mapping[str, Any]

    def finding(self, rule: Rule, severity: str, path: str, value: object, fix: str) -> Finding:
        """What `rule` found here; `path` leads to `value` in the record."""
        return Finding(rule, severity, self.kind, self.name, self.id, path, str(value), fix)

    def again(self, how: str) -> str:
        """The command that shows how the subject was made, to make it again in another way."""
        if self.kind == "service":
            return f"dsock api /services/{self.name}   # update it: {how}"
        return f"dsock inspect --as run {self.name}   # run it again: {how}"


def container(record: Mapping[str, Any]) -> Subject:
    """The subject of GET /containers/{id}/json."""
    ident = str(record.get("Id") or "")
    name = str(record.get("Name") or "").removeprefix("/")
    return Subject("container", name or ident[:12], ident, record)


def service(record: Mapping[str, Any]) -> Subject:
    """The subject of GET /services/{id}."""
    ident = str(record.get("ID") or "")
    return Subject("service", str((record.get("Spec") or {}).get("Name") or ident), ident, record)
