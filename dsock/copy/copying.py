"""All copies of one `cp`, in whatever direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsock.copy import local
from dsock.copy.across import across, across_matching
from dsock.copy.download import download, download_matching, to_stdout
from dsock.copy.meter import Meter
from dsock.copy.pattern import is_pattern
from dsock.copy.places import Place
from dsock.copy.stats import look
from dsock.copy.upload import from_stdin, target_in, upload
from dsock.errors import DsockError
from dsock.views import units

if TYPE_CHECKING:
    from dsock.app import App


class Copying:
    """What is copied, and how: `follow` links, give the files to the container's user (`owners`),
    show nothing (`quiet`)."""

    def __init__(self, app: App, target: Place, follow: bool, owners: bool, quiet: bool) -> None:
        self._app = app
        self._target = target
        self._follow, self._owners, self._quiet = follow, owners, quiet
        self.whole = True  # False once a file of this host could not be read

    def check(self, sources: Sequence[Place]) -> None:
        """Raises DsockError for what cannot be meant."""
        if not self._target.container and not all(source.container for source in sources):
            raise DsockError(
                "must specify at least one container source", "a container's path is CONTAINER:PATH"
            )
        if len(sources) > 1 and (
            self._target.is_stream or any(source.is_stream for source in sources)
        ):
            raise DsockError("a stream of tar (-) is one source or one target, and alone")
        if len(sources) > 1:
            self._check_folder()

    def copy(self, source: Place) -> None:
        """Copy one source. Raises DsockError."""
        target = self._target
        if source.is_stream:
            from_stdin(self._app, target, self._owners)
            return
        if target.is_stream:
            to_stdout(self._app, source, self._follow)
            return
        label = f"{source} → {target}"
        with Meter(self._app, label, self._quiet) as meter:
            where = self._copied(source, meter)
        if not self._quiet and not self._app.dry_run:
            size = units.size(meter.bytes, 3)
            self._app.note(f"Successfully copied {size} to {where}")

    def _copied(self, source: Place, meter: Meter) -> str:
        """Copy what is no stream; returns where it went."""
        app, target = self._app, self._target
        if not source.container:
            where, whole = upload(app, source.path, target, self._follow, self._owners, meter)
            self.whole = self.whole and whole
            return where
        if is_pattern(source.path) and look(app.engine, source) is None:
            self._check_folder()
            if target.container:
                return across_matching(app, source, target, self._follow, self._owners, meter)
            return download_matching(app, source, target.path, self._follow, meter)
        if target.container:
            return across(app, source, target, self._follow, self._owners, meter)
        return download(app, source, target.path, self._follow, meter)

    def _check_folder(self) -> None:
        """Several files go into a folder."""
        target = self._target
        if target.container:
            is_folder = target_in(self._app, target).is_folder
        else:
            is_folder = local.target(local.absolute(target.path)).is_folder
        if not is_folder:
            raise DsockError(f"{target} is not a folder", "several files can only go into one")
