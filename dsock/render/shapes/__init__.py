"""The Go types that docker's CLI (28.2) reads the engine's answers into.

A block is a struct: a line has names and their type; `Go=json` where the JSON key is another
name ("-" for none); a `?` where JSON leaves an empty value out. A type alone is embedded.
Types are Go's, and: `port` is "80/tcp", `name` a type of its own over string, which functions
on strings refuse, `struct` one without fields, `any` JSON of any kind, `asis` JSON that nobody
looks into, its keys in the engine's order.
"""

from dsock.render.shapes import container, context, host, image, network, system

STRUCTS = "\n".join(part.STRUCTS for part in (container, context, host, image, network, system))
