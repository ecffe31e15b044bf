"""`dsock volume ...`."""

HELP = "Manage volumes"
COMMANDS = {
    "create": "Create a volume",
    "inspect": "Show everything the engine knows about volumes",
    "ls": "List volumes",
    "prune": "Remove unused local volumes",
    "rm": "Remove volumes",
}
ALIASES = {"list": "ls", "remove": "rm"}
