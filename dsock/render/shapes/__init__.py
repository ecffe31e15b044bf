"""The Go types that docker's CLI (28.2) reads the engine's answers into.

A block is a struct: a line has names and their type; `Go=json` where the JSON key is another
name ("-" for none); a `?` where JSON leaves an empty value out. A type alone is embedded.
Types are Go's, and: `port` is "80/tcp", `struct` has no fields, `any` is JSON of any kind,
`asis` is JSON that nobody looks into, its keys in the engine's order.
"""

from dsock.render.shapes import container, host, image, network, system

STRUCTS = "\n".join(part.STRUCTS for part in (container, host, image, network, system))
