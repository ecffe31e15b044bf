"""The steps as data. What is said about each is in `en` and `ko`, under the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Every container of a walkthrough has it, with the walkthrough's own id: so they are found again.
LABEL = "dsock.walkthrough"


@dataclass(frozen=True, slots=True)
class Step:
    """One command line, and what of it is shown beside its calls."""

    name: str
    line: tuple[str, ...]  # dsock's arguments; {first} and others are filled in
    prints: bool = False  # show what dsock prints, which is more to look at than the answer
    awaits: str = ""  # the action that ends the events of this step
    times: int = 1  # how often
    draws: str = ""  # a diagram of the "recent" events, or of "all"

    def argv(self, values: Mapping[str, str], command: Sequence[str]) -> list[str]:
        """The arguments with `values`; what creates a container ends with the `command` in it."""
        words = [word.format_map(values) for word in self.line]
        return [*words, *command] if "{image}" in self.line else words


_OURS = ("--label", f"{LABEL}={{id}}")

STEPS = (
    Step("where", ("where",), prints=True),
    Step("create", ("create", "--name", "{first}", *_OURS, "{image}"), awaits="create"),
    Step("ps-all", ("ps", "-a"), prints=True),
    Step("start", ("start", "{first}"), awaits="start"),
    Step("ps", ("ps",), prints=True),
    Step(
        "run",
        ("run", "-d", "--name", "{web}", "-p", "{publish}", *_OURS, "{image}"),
        awaits="start",
    ),
    Step("events", ("events", "--since", "{since}", "--no-follow"), draws="recent"),
    Step("rm", ("rm", "-f", "{first}", "{web}"), awaits="destroy", times=2, draws="all"),
)
