"""A request as the curl command that does the same: the one printing of curl there is.

Text inside a request may hold shell variables, written by `variable("ID")`: an id that only an
earlier call will answer, or a secret that must not be shown. They come out as `"$ID"`, everything
else is quoted so that a shell passes it on unchanged.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsock.engine.endpoint import Endpoint
    from dsock.engine.request import Request
    from dsock.engine.tls import Tls

# These are compiled when they are needed: most runs print no curl.
#
# Characters that survive in a URL, in JSON and in a header, in an order nobody types.
VARIABLE = r"~dsock\.([A-Za-z_][A-Za-z0-9_]*)~"
# Text that double quotes leave alone, and that no variable's name runs into.
_HARMLESS = r"(?a:([/:?&=.,%@+ -][\w/:?&=.,%@+ -]*)?|[\w/:?&=.,%@+ -]*[/:=])"
# Bytes of arguments that are no UTF-8, as Python has them in text.
_NO_TEXT = "[\udc80-\udcff]+"
# Linux takes 128 KiB as one argument; what printf is given is none, as the shell is printf.
_LONGEST_ARGUMENT = 100_000
_SECRET_HEADERS = {"x-registry-auth": "REGISTRY_AUTH", "x-registry-config": "REGISTRY_CONFIG"}
# {} in base64: the header of a call without credentials.
_ANONYMOUS = "e30="
_SECRET_KEYS = {"password": "PASSWORD", "identitytoken": "TOKEN", "registrytoken": "TOKEN",
                "auth": "AUTH", "unlockkey": "UNLOCK_KEY"}  # fmt: skip
_SECRET_NAME = (
    r"(?i)passw|passphrase|(^|[_-])(pg|db)?pass$|[_-]pwd$|^pwd[_-]|secret|token|credential"
    r"|(^|[_-])(api|access|private)?key$|^(proxy-)?authorization$|^cookie$"
)
_SECRET_VALUE = r"://[^/\s@]*:[^/\s@]+@"  # postgres://user:password@host


def variable(name: str) -> str:
    """Text that stands for the shell variable `name` wherever a request is printed."""
    return f"~dsock.{name}~"


def has_variable(text: str) -> bool:
    """True if `text` needs a shell variable's value, so that it cannot be sent as it is."""
    return re.search(VARIABLE, text) is not None


def curl(request: Request, endpoint: Endpoint, version: str | None, script: bool = False) -> str:
    """The curl command line for `request`, one line, runnable by sh.

    With `script` it also fails on a status of 400 or more, for a script that stops there.
    """
    words = ["curl", "-sSN" if request.streams or request.upgrade else "-sS"]
    if script:
        words.append("--fail" if request.pipe else "--fail-with-body")
    if endpoint.socket_path is not None:
        words += ["--unix-socket", endpoint.socket_path]
    if endpoint.over_ssh:
        words += ["--unix-socket", variable("ENGINE_SOCKET")]
    if endpoint.tls is not None:
        words += _tls(endpoint.tls)
    url = endpoint.http_url + request.target(version)
    file = request.upload.name if request.upload is not None else ""
    if set("[]{}") & set(url + file):
        words.append("-g")  # else curl takes them as patterns
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != _implied_method(request):
        words += ["-X", request.method]
    for key, value in _headers(request):
        words += ["-H", f"{key}: {value}" if value else f"{key};"]
    body = _body(request)
    piped = body is not None and len(body.encode("utf-8", "replace")) > _LONGEST_ARGUMENT
    if body is not None:
        words += ["-d", "@-" if piped else body]
    if file:
        words += ["-T", file]
    if request.saved_as:
        words += ["-o", request.saved_as]
    line = " ".join(map(quoted, [*words, url]))
    if piped and body is not None:
        line = f"printf %s {quoted(body)} | {line}"
    if request.upload is not None and request.upload.source:
        line = f"{request.upload.source}{' |' if file == '-' else ';'} {line}"
    if request.pipe:
        line += f" | {request.pipe}"
    if request.upgrade and request.query.get("stdin"):
        line += "  # shows the output; curl cannot also send the input"
    elif endpoint.over_ssh:
        line += f"  # ENGINE_SOCKET: of ssh -NL ./SOCKET:/var/run/docker.sock {_host(endpoint)}"
    return line


def quoted(text: str) -> str:
    """`text` as one word of a shell command; variables stand outside the quotes, as "$NAME"."""
    import shlex

    if found := re.search(_NO_TEXT, text):
        octal = "".join(f"\\{ord(char) & 0xFF:o}" for char in found[0])
        around = [text[: found.start()], text[found.end() :]]
        before, after = (quoted(piece) if piece else "" for piece in around)
        return f"{before}\"$(printf '{octal}')\"{after}"
    pieces = re.split(VARIABLE, text)  # text, name, text, name, ..., text
    if len(pieces) == 1:
        return shlex.quote(text)
    if all(re.fullmatch(_HARMLESS, piece) for piece in pieces[::2]):
        return '"' + re.sub(VARIABLE, r"$\1", text) + '"'
    out = ""
    for i, piece in enumerate(pieces):
        if i % 2:
            out += f'"${piece}"'
        elif piece:
            out += shlex.quote(piece)
    return out


def _tls(tls: Tls) -> list[str]:
    files = {"--cacert": tls.ca, "--cert": tls.cert, "--key": tls.key}
    words = [word for flag, path in files.items() if path for word in (flag, str(path))]
    return words if tls.verify else ["-k", *words]


def _host(endpoint: Endpoint) -> str:
    return endpoint.url.removeprefix("ssh://").partition("/")[0]


def _implied_method(request: Request) -> str:
    if request.json is not None:
        return "POST"
    return "PUT" if request.upload is not None else "GET"


def _headers(request: Request) -> list[tuple[str, str]]:
    headers = [(key, redacted_header(key, value)) for key, value in request.headers.items()]
    if any(key.lower() == "content-type" for key, _ in headers):
        return headers
    if request.json is not None:
        headers.append(("Content-Type", "application/json"))
    elif request.upload is not None:
        headers.append(("Content-Type", request.upload.content_type))
    return headers


def redacted_header(key: str, value: str) -> str:
    """A header's value, or a variable of the shell for one that only its owner should see."""
    if name := _SECRET_HEADERS.get(key.lower()):
        return value if value == _ANONYMOUS else variable(name)
    if _secret(key, value):
        return variable(re.sub(r"\W", "_", key).upper())
    return value


def _body(request: Request) -> str | None:
    if request.json is None:
        return None
    from dataclasses import replace

    body = replace(request, json=redacted(request.json)).body() or b""
    return "".join(map(_visible, body.decode("utf-8", "surrogateescape")))


def _visible(char: str) -> str:
    """What steers a terminal as JSON's \\u202e, which is the same; bytes that are no text stay."""
    if char.isprintable() or "\udc80" <= char <= "\udcff":
        return char
    return json.dumps(char)[1:-1]


def redacted(value: object, key: str = "") -> object:
    """The body with what only its owner should see replaced by a variable of the shell."""
    if isinstance(value, dict):
        return {name: redacted(item, name) for name, item in value.items()}
    if isinstance(value, list):
        if key == "Env":
            return [_redacted_environment(str(item)) for item in value]
        return [redacted(item) for item in value]
    name = _SECRET_KEYS.get(key.lower())
    return variable(name) if name and isinstance(value, str) and value else value


def _redacted_environment(assignment: str) -> str:
    name, equals, value = assignment.partition("=")
    if equals and value and _secret(name, value):
        shell_name = re.sub(r"\W", "_", name)
        if re.match(r"[A-Za-z_]", shell_name):
            return f"{name}={variable(shell_name)}"
    return assignment


def _secret(name: str, value: str) -> bool:
    return bool(re.search(_SECRET_NAME, name) or re.search(_SECRET_VALUE, value))
