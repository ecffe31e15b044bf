"""docker's contexts: named endpoints, in files below the folder of docker's configuration."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from dsock.errors import DsockError

# What to do about an engine on another host that is not plain tcp.
FORWARD = (
    "forward its socket: ssh -NL ./engine.sock:/var/run/docker.sock HOST,"
    " then dsock -H ./engine.sock"
)


def current(config_dir: Path) -> str:
    """currentContext of docker's config.json, "default" if there is none."""
    try:
        config = json.loads((config_dir / "config.json").read_bytes())
    except (OSError, ValueError):
        return "default"  # who reads the whole of it says what is wrong
    name = config.get("currentContext") if isinstance(config, dict) else None
    return name if isinstance(name, str) and name else "default"


def names(config_dir: Path) -> list[str]:
    """The names of all contexts that can be read, "default" among them."""
    found = ["default"]
    for meta in (config_dir / "contexts" / "meta").glob("*/meta.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(str(json.loads(meta.read_bytes())["Name"]))
    return sorted(found)


def host(name: str, config_dir: Path) -> str:
    """The engine's URL in context `name`, "" for docker's default.

    Raises DsockError if there is no such context, or one that needs TLS.
    """
    import hashlib  # costs a millisecond that only contexts need

    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    store = config_dir / "contexts"
    meta = store / "meta" / digest / "meta.json"
    try:
        record = json.loads(meta.read_bytes())
    except FileNotFoundError:
        raise DsockError(
            f"context {name!r} does not exist in {store}",
            "`docker context ls` lists them; the context default always exists",
        ) from None
    except OSError as err:
        raise DsockError(f"cannot read context {name!r}: {meta}: {err.strerror}") from None
    except ValueError:
        raise DsockError(f"cannot read context {name!r}: {meta} is not JSON") from None
    endpoint = _docker_endpoint(record)
    if endpoint is None:
        raise DsockError(f"context {name!r} names no docker engine: {meta}")
    if endpoint.get("SkipTLSVerify") is True or (store / "tls" / digest / "docker").is_dir():
        raise DsockError(
            f"context {name!r} uses TLS, which is not supported yet",
            FORWARD,
        )
    return str(endpoint.get("Host") or "")


def _docker_endpoint(record: Any) -> dict[str, Any] | None:
    try:
        found = record["Endpoints"]["docker"]
    except (KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None
