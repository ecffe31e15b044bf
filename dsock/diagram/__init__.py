"""Pictures of what happened at an engine, drawn from its events.

    from dsock.diagram.sequence import sequence
    from dsock.diagram.terminal import Drawn

    console.print(Drawn(sequence(events)))   # events: the dicts of GET /events

`sequence.sequence` makes a `model.Picture` of events; everything else reads it: `terminal` (rich,
and plain text), `svg` (and HTML), `mermaid`. `bars.bars` makes lifetimes for `timeline`.
All of it is pure: the same events give the same bytes.
"""
