"""Records as JSON, YAML or CSV: for programs, with the types that values have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def dumps(
    form: str,
    rows: Sequence[Row],
    records: Sequence[Any],
    texts: Mapping[str, Callable[[Any], str]],
) -> str:
    """`rows` as "json" (one array), "ndjson" (an object a line), "yaml" (a list) or "csv" (with a
    header). CSV has no lists and objects: there, `texts` tell what `records` have instead."""
    if form == "json":
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if form == "yaml":
        import yaml

        text: str = yaml.safe_dump(list(rows), sort_keys=False, allow_unicode=True, width=1 << 20)
        return text
    return _csv(rows, records, texts)


def _csv(
    rows: Sequence[Row], records: Sequence[Any], texts: Mapping[str, Callable[[Any], str]]
) -> str:
    import csv
    from io import StringIO

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(texts)
    for row, record in zip(rows, records, strict=True):
        writer.writerow(
            texts[name](record) if isinstance(value, list | dict) else value
            for name, value in row.items()
        )
    return out.getvalue()
