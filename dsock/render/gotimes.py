"""Moments as Go prints them."""

from __future__ import annotations

import re
from time import localtime, strftime


def timestamp(seconds: int) -> str:
    """A Unix time as Go prints one: "2006-01-02 15:04:05 -0700 MST", in local time."""
    return strftime("%Y-%m-%d %H:%M:%S %z %Z", localtime(seconds))


def iso_timestamp(text: str) -> str:
    """The same for a time in ISO 8601 with up to nine digits of a second, as the engine
    writes it: a zone keeps its name only where it is the local one."""
    from datetime import datetime

    found = re.fullmatch(r"([-\d]+T[:\d]+)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)", text)
    if found is None:
        return text or "0001-01-01 00:00:00 +0000 UTC"
    moment = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    offset = moment.strftime("%z")
    name = "UTC"
    if found[3] != "Z":
        local = moment.astimezone()
        name = local.tzname() or offset if local.utcoffset() == moment.utcoffset() else offset
    fraction = (found[2] or "").rstrip("0")
    return (
        f"{moment.year:04}-{moment:%m-%d %H:%M:%S}{'.' * bool(fraction)}{fraction} {offset} {name}"
    )


def unix_time(text: str) -> float | None:
    """A time in ISO 8601 as seconds since 1970, None for one that is not known: Go's zero."""
    from datetime import datetime

    found = re.fullmatch(r"([-\d]+T[:\d]+)(\.\d+)?(Z|[-+]\d\d:\d\d)", text)
    if found is None or text.startswith("0001-"):
        return None
    moment = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    return moment.timestamp() + float(found[2] or 0)
