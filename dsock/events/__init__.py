"""The engine's events as a stream that can be relied on.

    from dsock.events import follow

    for event in follow(engine, filters={"type": {"container": True}}):
        print(event["Action"], event["Actor"]["Attributes"].get("name"))

`follow` gives each event once, tells of gaps, and never makes the engine wait. `batches` is what
it rests on: as many events as one read of the socket gave. Events are the dicts of GET /events.
"""

from dsock.events.follow import Following, follow
from dsock.events.resume import Event
from dsock.events.stream import State, batches

__all__ = ["Event", "Following", "State", "batches", "follow"]
