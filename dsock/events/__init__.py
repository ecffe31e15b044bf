"""The engine's events as a stream that can be relied on.

    from dsock.events import follow

    for event in follow(engine, filters={"type": {"container": True}}, reconnect=True):
        print(event["Action"], event["Actor"]["Attributes"].get("name"))

`follow` gives events one by one, `batches` as many as one read of the socket gave. Events are
the dicts of GET /events.
"""

from dsock.events.resume import Event
from dsock.events.stream import State, batches, follow

__all__ = ["Event", "State", "batches", "follow"]
