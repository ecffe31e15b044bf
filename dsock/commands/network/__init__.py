"""`dsock network ...`."""

HELP = "Manage networks"
COMMANDS = {
    "connect": "Connect a container to a network",
    "create": "Create a network",
    "disconnect": "Disconnect a container from a network",
    "inspect": "Show everything the engine knows about one or more networks",
    "ls": "List networks",
    "map": "Show which container sits on which network, with which address",
    "prune": "Remove all unused networks",
    "rm": "Remove one or more networks",
}
ALIASES = {"list": "ls", "remove": "rm"}
