"""From the engine's containers to the text of `dsock render`, once."""

from __future__ import annotations

from dataclasses import dataclass, field

from dsock.app import App
from dsock.commands.render_output import Output
from dsock.events.roster import Roster
from dsock.templates import Data
from dsock.templates.load import Source, Template


@dataclass
class Job:
    """What is to be rendered, and where to."""

    app: App
    roster: Roster
    source: Source
    output: Output
    settings: dict[str, str]
    _template: Template | None = field(default=None, init=False)

    def template(self) -> Template:
        """The template as it is now. Raises BadTemplate, or DsockError if there is none."""
        if self._template is None or self.source.changed():
            self._template = None
            self._template = self.source.load()
        return self._template

    def run(self) -> bool:
        """Look, render and write; True if the output changed. Raises DsockError."""
        template = self.template()
        self.roster.refresh()
        found = self.roster.containers
        data = Data(found, self.roster.networks, dict(self.app.environ), self.settings)
        text = template.render(data)
        return self.output.write(text.encode("utf-8", "surrogateescape"), found)
