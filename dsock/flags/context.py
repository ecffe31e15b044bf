"""--docker of `context create` and `context update`: "host=tcp://h:2376,ca=ca.pem"."""

from __future__ import annotations

from collections.abc import Iterable

from dsock.errors import BadFlag, DsockError
from dsock.flags.values import csv_fields, switch

FILES = {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"}  # a key -> the file in the context
KEYS = ("from", "host", *FILES, "skip-tls-verify")


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """{key: value} of all `texts`, each a line of CSV. Raises BadFlag for what is no KEY=VALUE,
    DsockError for a key that docker does not know."""
    found: dict[str, str] = {}
    for text in texts:
        for field in csv_fields(text, "--docker"):
            key, equals, value = field.partition("=")
            if not equals:
                raise BadFlag(
                    f'invalid argument "{text}" for "--docker" flag: {field} must be formatted as'
                    " key=value",
                    "write host=URL,ca=FILE,cert=FILE,key=FILE",
                )
            found[key] = value
    for key in found:
        if key not in KEYS:
            raise DsockError(
                f"unable to create docker endpoint config: unrecognized config key: {key}",
                f"there are {', '.join(KEYS)}",
            )
    return found


def skips_verify(found: dict[str, str]) -> bool:
    """skip-tls-verify as Go reads a truth. Raises DsockError."""
    text = found.get("skip-tls-verify", "false")
    try:
        return switch(text, "skip-tls-verify")
    except BadFlag:
        raise DsockError(
            "unable to create docker endpoint config: skip-tls-verify:"
            f' parsing "{text}": invalid syntax'
        ) from None
