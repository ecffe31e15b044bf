"""What one run of dsock owns: its streams, environment and global options; engine and rich console
are made when they are first used."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext, suppress
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsock.errors import DsockError, Unreachable

if TYPE_CHECKING:
    from rich.console import Console

    from dsock.engine.client import Engine
    from dsock.engine.endpoint import Endpoint
    from dsock.engine.request import Request
    from dsock.engine.tls import TlsFlags
    from dsock.registry.credentials import Credentials


class App:
    """One run. The root options are plain attributes, set while the command line is parsed."""

    def __init__(self) -> None:
        self.environ = os.environ
        self.host: str | None = None
        self.context: str | None = None
        self.config_path: str | None = None
        self.tls: dict[str, Any] = {}  # by the names of TlsFlags
        self.debug = False
        self.curl = False
        self.dry_run = False

    # What the run reads

    @cached_property
    def config_dir(self) -> Path:
        """The folder of docker's configuration."""
        from dsock.engine.endpoint import config_dir

        return Path(self.config_path) if self.config_path else config_dir(self.environ)

    @cached_property
    def config(self) -> dict[str, Any]:
        """docker's config.json, {} where there is none. Raises DsockError if it is not JSON."""
        path = self.config_dir / "config.json"
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as err:
            self.note(f"WARNING: Error loading config file: {path}: {err}")
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def credentials(self) -> Credentials:
        """The user's credentials for registries."""
        from dsock.registry.credentials import Credentials

        return Credentials(self.config_dir, self.config, self.environ, self.note)

    @property
    def tls_flags(self) -> TlsFlags:
        """What the root options say about TLS."""
        from dsock.engine.tls import TlsFlags

        return TlsFlags(**self.tls)

    @cached_property
    def endpoint(self) -> Endpoint:
        """The engine's socket, by docker's rules."""
        from dsock.engine.endpoint import resolve

        return resolve(self.host, self.context, self.environ, self.config_dir, self.tls_flags)

    @property
    def proxies(self) -> dict[str, str]:
        """What config.json's "proxies" has for this engine, {"httpProxy": URL}."""
        table = self.config.get("proxies") or {}
        found = table.get(self.endpoint.url) or table.get("default") or {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def engine(self) -> Engine:
        """The engine to talk to, with the observers that the root options ask for."""
        from dsock.engine.client import Engine

        headers = self.config.get("HttpHeaders")
        engine = Engine(
            self.endpoint,
            self.environ.get("DOCKER_API_VERSION", "").removeprefix("v") or None,
            headers if isinstance(headers, dict) else None,
            self.script,
        )
        if self.curl:
            engine.observers.append(self._print_curl)
        return engine

    @cached_property
    def script(self) -> Any:
        """Where a dry run writes its calls, None for a run that is meant."""
        if not self.dry_run:
            return None
        from dsock.engine.dry import Script

        return Script(self._emit)

    # What the run writes

    @cached_property
    def stdout_is_terminal(self) -> bool:
        return sys.stdout.isatty()

    @cached_property
    def stderr_is_terminal(self) -> bool:
        return sys.stderr.isatty()

    @cached_property
    def stdin_is_terminal(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def rich(self) -> bool:
        """True if a person looks at the output: colour and layout help rather than harm."""
        return self.stdout_is_terminal and not self.dry_run and self.environ.get("TERM") != "dumb"

    @property
    def shows_progress(self) -> bool:
        """True if a person looks at stderr: progress may be drawn there."""
        dumb = self.environ.get("TERM") == "dumb"
        return self.stderr_is_terminal and not self.dry_run and not dumb

    @cached_property
    def console(self) -> Console:
        """The rich console on stdout. Only for a terminal: importing it takes a while."""
        from rich.console import Console

        if isinstance(sys.stdout, TextIOWrapper):  # UTF-8 as on a pipe, whatever the locale says
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        recording = "DSOCK_SVG" in self.environ  # how the README's picture was taken
        return Console(
            file=sys.stdout, highlight=False, markup=False, emoji=False, record=recording
        )

    def picture(self) -> None:
        """Save what the console showed as the SVG file that DSOCK_SVG names, if it names one."""
        path = self.environ.get("DSOCK_SVG")
        if path and "console" in self.__dict__:
            self.console.save_svg(path, title="dsock " + " ".join(sys.argv[1:]))

    @cached_property
    def error_console(self) -> Console:
        """The rich console on stderr, for progress."""
        from rich.console import Console

        return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)

    def write(self, text: str) -> None:
        """Data for stdout. Flushed at the end of the run, or by `flush`."""
        if self.script is not None:
            self.script.say(text)
        else:
            self._emit(text)

    def tell(self, text: str) -> None:
        """The same for what the engine says of its objects: harmless to a terminal."""
        if self.stdout_is_terminal:
            from dsock.render.safe import printable

            text = printable(text)
        self.write(text)

    def write_bytes(self, data: bytes) -> None:
        """Data for stdout as it is."""
        if self.script is None:
            sys.stdout.buffer.write(data)

    def flush(self) -> None:
        sys.stdout.buffer.flush()

    def download(self, request: Request, path: str | None) -> None:
        """A streamed answer into the file `path`, or to stdout unless that is a terminal.

        An empty path is stdout, as it is for docker.
        """
        from dataclasses import replace

        from dsock.engine.download import check, into
        from dsock.engine.dry import DryAnswer

        if path:
            check(path)
            request = replace(request, saved_as=path)
        elif self.stdout_is_terminal and not self.dry_run:
            raise DsockError(
                "refusing to write an archive to a terminal", "use -o FILE, or redirect stdout"
            )
        answer = self.engine.open(request)
        if isinstance(answer, DryAnswer):
            return
        if path:
            with into(path) as file:
                answer.pour(file)
            return
        self.flush()
        answer.pour(sys.stdout.fileno())

    def note(self, text: str) -> None:
        """A line for the person, on stderr, harmless to a terminal."""
        sys.stdout.flush()
        if self.stderr_is_terminal:
            from dsock.render.safe import printable

            text = printable(text)
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def complain(self, message: str, hint: str | None = None) -> None:
        """What went wrong and what to do about it, on stderr."""
        with suppress(OSError):  # nobody reads it
            self.note(f"{message}\nhint: {hint}" if hint else message)

    def each(
        self, targets: tuple[str, ...], act: Any, show: bool = True, summary: str = ""
    ) -> None:
        """`act(target)` for each; goes on past a failure. Prints each that worked, as it was
        given, and ends with the exit code of the first that failed; those that did are named
        again after `summary`. Raises Unreachable as soon as nobody answers: the others would
        fail in the same way."""
        code, failed = 0, []
        several = self.script is not None and len(targets) > 1
        for target in targets:
            try:
                with self.script.one_of_several() if several else nullcontext():
                    act(target)
            except Unreachable:
                raise
            except DsockError as err:
                code = code or err.exit_code
                failed.append(target)
                self.complain(err.message, err.hint)
            else:
                if show:
                    self.tell(target + "\n")
                    self.flush()
        if failed and summary:
            self.note(f"{summary}: {', '.join(failed)}")
        if code:
            raise SystemExit(code)

    def _emit(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))

    def _print_curl(self, request: Request, version: str | None) -> None:
        from dsock.engine.curl import curl

        self.note(curl(request, self.endpoint, version))
