"""-e, --env-file, --label, --label-file: docker's format of files of KEY=VALUE lines.

Nothing in them is quoted or replaced: quotes belong to the value, and so do spaces after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dsock.errors import BadFlag
from dsock.flags.dotenv import variables
from dsock.flags.values import bad, pairs

_PROXIES = {
    "httpProxy": "HTTP_PROXY",
    "httpsProxy": "HTTPS_PROXY",
    "noProxy": "NO_PROXY",
    "ftpProxy": "FTP_PROXY",
    "allProxy": "ALL_PROXY",
}


def environment(
    files: Iterable[str],
    assignments: Iterable[str],
    environ: Mapping[str, str],
    proxies: Mapping[str, str],
    dotenv_files: Iterable[str] = (),
) -> list[str]:
    """Config's Env: of files, then of dotenv files, then of --env. A name without a value takes
    `environ`'s; one that has none there is left out if a file names it, and removed from the
    image's if --env does.

    `proxies` is what config.json has for this engine, {"httpProxy": URL}. Raises BadFlag.
    """
    found = _assigned(assignments, "--env", environ, proxies)
    lines = [line for path in files for line in _lines(path, environ)]
    lines += variables(dotenv_files, environ)
    return lines + [name if value is None else f"{name}={value}" for name, value in found.items()]


def build_args(
    assignments: Iterable[str], environ: Mapping[str, str], proxies: Mapping[str, str]
) -> dict[str, str | None]:
    """The variables of --build-arg: one without a value takes `environ`'s, None if there is none.

    Raises BadFlag.
    """
    return _assigned(assignments, "--build-arg", environ, proxies)


def labels(files: Iterable[str], assignments: Iterable[str]) -> dict[str, str]:
    """Config's Labels. Raises BadFlag."""
    lines = [line for path in files for line in _lines(path, {})]
    for assignment in assignments:
        key = assignment.partition("=")[0].lstrip(" \t")
        if not key:
            raise bad("--label", assignment, "empty name", "write KEY=VALUE or KEY")
        if " " in key or "\t" in key:
            raise bad("--label", assignment, f"label '{key}' contains whitespaces")
    return pairs([*lines, *assignments])


def _assigned(
    assignments: Iterable[str], flag: str, environ: Mapping[str, str], proxies: Mapping[str, str]
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not name:
            raise bad(flag, assignment, "its name is empty", "write NAME=VALUE or NAME")
        found[name] = value if equals else environ.get(name)
    for key, name in _PROXIES.items():
        if proxies.get(key):
            found.setdefault(name, proxies[key])
            found.setdefault(name.lower(), proxies[key])
    return found


def _lines(path: str, values: Mapping[str, str]) -> list[str]:
    """The lines of a file as KEY=VALUE; a line without a value takes it from `values`."""
    found = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        line = line.removesuffix("\r").lstrip()
        key, equals, _ = line.partition("=")
        if not line or line.startswith("#"):
            continue
        if not key:
            raise _unreadable(path, f"no variable name on line {number}: '{line}'")
        if " " in key or "\t" in key:
            raise _unreadable(path, f"variable '{key}' contains whitespaces on line {number}")
        if equals:
            found.append(line)
        elif key in values:
            found.append(f"{key}={values[key]}")
    return found


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode().removeprefix("\ufeff")
    except UnicodeDecodeError as err:
        number = err.object.count(b"\n", 0, err.start) + 1
        raise _unreadable(path, f"invalid utf8 bytes at line {number}") from None
    except OSError as err:
        raise BadFlag(f"open {path}: {(err.strerror or str(err)).lower()}") from None


def _unreadable(path: str, reason: str) -> BadFlag:
    return BadFlag(f"invalid env file ({path}): {reason}", "each line is KEY=VALUE, or # a comment")
