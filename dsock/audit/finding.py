"""What a rule finds."""

from __future__ import annotations

from dataclasses import dataclass

# From the worst on. critical: root on the host, as it is; high: with one more step, or everything
# read; medium: a wall less; info: worth knowing.
SEVERITIES = ("critical", "high", "medium", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for: an id that stays the same, a title, and `why` it matters."""

    id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found at one subject."""

    rule: Rule
    severity: str
    kind: str  # "container", "service" or "engine"
    name: str
    id: str
    path: str  # of the evidence in the subject's JSON: "HostConfig.Privileged"
    value: str  # what stands there
    fix: str  # a command


def worst_first(findings: list[Finding]) -> list[Finding]:
    """By severity, then by subject; what is alike stays in its order."""
    return sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.name))


def at_least(severity: str, threshold: str) -> bool:
    """True if `severity` is as bad as `threshold`, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)
