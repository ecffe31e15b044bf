"""An audit's findings on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dsock.render.safe import escaped

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "info": "cyan"}


def blocks(findings: Iterable[Any]) -> Iterator[tuple[Text, Text]]:
    """Each finding as a title and a few lines, for a terminal of any width. Why a rule matters is
    said the first time."""
    from rich.text import Text

    explained: set[str] = set()
    for finding in findings:
        text = Text()
        text.append(f" {finding.severity.upper():<8} ", STYLES[finding.severity])
        text.append(" ")
        text.append(escaped(finding.name), "bold")
        kind = "" if finding.kind == "container" else f" ({finding.kind})"
        text.append(f"{kind} {finding.rule.title}")
        inner = Text()
        inner.append(escaped(f"{finding.path} = {finding.value}"), "dim")
        if finding.rule.id not in explained:
            explained.add(finding.rule.id)
            inner.append(f"\n{finding.rule.why}")
        command, hash_, comment = finding.fix.partition("   # ")
        inner.append("\n$ ", "dim").append(escaped(command), "green")
        inner.append(f"  {hash_.strip()} {escaped(comment)}" if hash_ else "", "dim")
        yield text, inner


def summary(counts: dict[str, int], looked_at: int) -> Text:
    """The last line: how many of what."""
    from rich.text import Text

    text = Text(f"{looked_at} looked at", "dim")
    if not counts:
        return text.append(": nothing found", "green")
    for severity, count in counts.items():
        text.append("  ").append(f"{count} {severity}", STYLES[severity])
    return text
