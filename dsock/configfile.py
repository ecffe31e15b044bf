"""docker's config.json, changed without losing what others keep in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dsock import files
from dsock.errors import DsockError

NAME = "config.json"
Config = dict[str, Any]


def load(folder: Path) -> Config:
    """The file in `folder`, {} where there is none. Raises DsockError if it cannot be read or is
    no JSON object: what is in it must not get lost."""
    path = folder / NAME
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as err:
        raise DsockError(f"cannot read {path}: {err.strerror}") from None
    except ValueError as err:
        raise _broken(path, str(err)) from None
    if not isinstance(found, dict):
        raise _broken(path, "no object")
    return found


def change(folder: Path, edit: Callable[[Config], None]) -> None:
    """Let `edit` change what is in the file, and write it as docker does: keys in their order.

    A new file can be read by its owner only; a link stays one. Of several runs that change it at
    a time each adds to what the one before wrote. Raises DsockError.
    """
    if _edited(folder, edit) is None:  # nothing to write: no folder has to be there either
        return
    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with files.locked(folder):
            config = _edited(folder, edit)
            if config is not None:
                text = json.dumps(config, indent="\t", ensure_ascii=False)
                files.replace(path.resolve(), [text.encode("utf-8", "surrogatepass")], 0o600)
    except (OSError, RuntimeError) as err:  # RuntimeError: a link that leads to itself
        reason = err.strerror if isinstance(err, OSError) else str(err)
        raise DsockError(f"cannot write {path}: {reason}") from None


def _edited(folder: Path, edit: Callable[[Config], None]) -> Config | None:
    """What the file would hold after `edit`, None if that is what it holds."""
    config = load(folder)
    before = json.dumps(config)
    edit(config)
    return None if json.dumps(config) == before else config


def _broken(path: Path, problem: str) -> DsockError:
    return DsockError(
        f"{path} is not docker's configuration: {problem}",
        "mend it, or move it away; it is left as it is",
    )
