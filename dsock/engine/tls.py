"""Certificates for an engine that speaks TLS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dsock.errors import DsockError

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True, slots=True)
class Tls:
    """How to speak TLS. `ca` says whom to believe (None: this host's authorities), `cert` and
    `key` who we are; without `verify` nobody is asked who he is."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """The same for Python's ssl. Raises DsockError for files that are no certificates."""
        import ssl

        found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        found.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            if self.ca is not None:
                found.load_verify_locations(self.ca)
            elif self.verify:
                found.load_default_certs()
        except OSError as err:
            raise _unusable(self.ca, err, "no certificate of an authority") from None
        try:
            if self.cert is not None and self.key is not None:
                found.load_cert_chain(self.cert, self.key, password="")
        except (OSError, ValueError) as err:
            raise _unusable(self.cert, err, f"not the certificate of {self.key}") from None
        if not self.verify:
            found.check_hostname = False
            found.verify_mode = ssl.CERT_NONE
        return found


@dataclass(frozen=True, slots=True)
class TlsFlags:
    """--tls, --tlsverify (None: not given), --tlscacert, --tlscert and --tlskey."""

    tls: bool = False
    verify: bool | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None


def chosen(flags: TlsFlags, environ: Mapping[str, str], config_dir: Path) -> Tls | None:
    """The TLS that the flags, or else DOCKER_TLS_VERIFY and DOCKER_TLS, ask for; None for none.

    The files are ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH or docker's configuration,
    unless they are named; who has no certificate goes without.
    """
    verify = flags.verify
    if verify is None:
        verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    if not (verify or flags.verify is not None or flags.tls or environ.get("DOCKER_TLS")):
        return None
    folder = Path(environ.get("DOCKER_CERT_PATH") or config_dir)

    def file(named: str | None, name: str) -> Path | None:
        if named:
            return Path(named)
        return folder / name if (folder / name).exists() else None

    ca = Path(flags.ca) if flags.ca else folder / "ca.pem"
    cert, key = file(flags.cert, "cert.pem"), file(flags.key, "key.pem")
    return Tls(ca if verify else None, cert, key, verify)


def _unusable(path: Path | None, err: Exception, problem: str) -> DsockError:
    if isinstance(err, OSError) and err.errno and err.strerror and not hasattr(err, "reason"):
        return DsockError(f"cannot read {err.filename or path}: {err.strerror}")
    return DsockError(f"{path} is {problem}", "PEM files are wanted, a key without passphrase")
