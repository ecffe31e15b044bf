"""`dsock volume ...`."""

HELP = "Manage volumes"
COMMANDS = {
    "create": "Create a volume",
    "inspect": "Show everything the engine knows about one or more volumes",
    "ls": "List volumes",
    "prune": "Remove unused local volumes",
    "rm": "Remove one or more volumes",
    "update": "Change a volume of a swarm",
}
ALIASES = {"list": "ls", "remove": "rm"}
