"""From a container that is there to the call, the line or the file that would make it again.

Pure: `record.read` takes what the engine says of the container and of its image, and gives the body
of POST /containers/create with nothing in it that image and engine would add by themselves. The
rest reads that body: `words` as flags of `run`, `compose` as a service, `merge` with flags on top.
"""
