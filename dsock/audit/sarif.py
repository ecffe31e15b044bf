"""Findings as SARIF 2.1.0, which code hosts and editors show.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsock import __version__
from dsock.audit.finding import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "info": "note"}
SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "info": "2.0"}


def report(findings: Iterable[Finding]) -> dict[str, Any]:
    """One run of dsock as a SARIF log."""
    found = list(findings)
    rules = {finding.rule.id: finding.rule for finding in found}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dsock audit",
                        "version": __version__,
                        "rules": [
                            {
                                "id": rule.id,
                                "shortDescription": {"text": rule.title},
                                "fullDescription": {"text": rule.why},
                            }
                            for rule in rules.values()
                        ],
                    }
                },
                "results": [_result(finding, list(rules)) for finding in found],
            }
        ],
    }


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    who = f"{finding.kind} {finding.name}"
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": rules.index(finding.rule.id),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{who} {finding.rule.title}: {finding.value}. Fix: {finding.fix}"},
        "locations": [
            {
                "logicalLocations": [
                    {
                        "name": finding.name,
                        "fullyQualifiedName": f"{finding.kind}/{finding.name}/{finding.path}",
                        "kind": "resource",
                    }
                ]
            }
        ],
        "partialFingerprints": {"subject/v1": f"{finding.id}/{finding.rule.id}/{finding.path}"},
        "properties": {
            "severity": finding.severity,
            "security-severity": SCORES[finding.severity],
        },
    }
