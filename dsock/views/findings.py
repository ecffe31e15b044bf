"""How findings of an audit look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsock.render.listing import View

TABLE = "table {{.Severity}}\t{{.Kind}}\t{{.Name}}\t{{.Rule}}\t{{.Evidence}}\t{{.Fix}}"


def _field(name: str) -> Callable[[Any], str]:
    return lambda finding: str(getattr(finding, name))


VIEW: View = {
    "Severity": ("SEVERITY", _field("severity")),
    "Kind": ("KIND", _field("kind")),
    "Name": ("NAME", _field("name")),
    "ID": ("ID", lambda finding: finding.id[:12]),
    "Rule": ("RULE", lambda finding: finding.rule.id),
    "Title": ("TITLE", lambda finding: finding.rule.title),
    "Why": ("WHY", lambda finding: finding.rule.why),
    "Path": ("PATH", _field("path")),
    "Value": ("VALUE", _field("value")),
    "Evidence": ("EVIDENCE", lambda finding: f"{finding.path}={finding.value}"),
    "Fix": ("FIX", _field("fix")),
}
