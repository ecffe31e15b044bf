"""One Engine API call as a value. Everything else reads it: transport, curl, dry run, tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from dsock.errors import DsockError

__all__ = ["Request", "Upload", "segment"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is streamed: its `blocks`, and the file `name` that curl would send ("-" is
    its input), which a shell makes by the command `source` if there is one: as a pipe into "-",
    or before curl begins."""

    name: str
    blocks: Iterable[bytes]
    content_type: str = "application/x-tar"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One Engine API call, described but not sent.

    Three fields serve `--dry-run`, which prints calls as a shell script: `dry_answer` is what it
    pretends the engine answered, `background` marks a call that is answered only after later
    calls (attach and wait come before start), so that the script does not wait for it, and
    `dry_exit` names the number in the answer that becomes the script's exit code.
    """

    method: str
    path: str  # "/containers/abc/start": without the version prefix, segments already quoted
    query: Mapping[str, object] = field(default_factory=dict)
    json: object = None  # body, its keys exactly as Docker spells them
    upload: Upload | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    upgrade: bool = False  # becomes a two-way byte stream
    streams: bool = False  # answers for as long as there is something to say
    background: bool = False
    dry_answer: object = None
    dry_exit: str = ""
    pipe: str = ""  # a shell's command that does with the answer's body what dsock does
    saved_as: str = ""  # the file that curl would write the answer to

    @property
    def name(self) -> str:
        """ "POST /containers/create": how errors name the call."""
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """True if the call changes nothing, so that a dry run may really send it."""
        return self.method in ("GET", "HEAD")

    def target(self, version: str | None) -> str:
        """Path and query as they go over the wire, under /v`version` unless that is None."""
        prefix = f"/v{version}" if version else ""
        text = self.query_text()
        return f"{prefix}{self.path}?{text}" if text else prefix + self.path

    def query_text(self) -> str:
        """The query string. None, "" and empty collections are dropped, True is 1, False is 0,
        a dict or list is JSON, a tuple is one parameter a value."""
        pairs: list[tuple[str, str]] = []
        for key, value in self.query.items():
            if value is None or value == "" or value == {} or value == [] or value == ():
                continue
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(key, _parameter(item)) for item in values]
        return urlencode(pairs, errors="surrogateescape")

    def body(self) -> bytes | None:
        """The JSON body as it goes over the wire, None if the call has none."""
        if self.json is None:
            return None
        text = json.dumps(self.json, separators=(",", ":"), ensure_ascii=False)
        return text.encode("utf-8", "surrogateescape")  # arguments may be any bytes


def segment(name: str, safe: str = "") -> str:
    """A name as one segment of a path. Raises DsockError for one that is not a name at all
    ("", ".", ".."): it would reach another endpoint."""
    if name.strip(".") == "":
        raise DsockError(f"invalid name or ID: {name!r}")
    return quote(name, safe=safe, errors="surrogateescape")


def _parameter(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)
