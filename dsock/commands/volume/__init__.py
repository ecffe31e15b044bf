"""`dsock volume ...`."""

HELP = "Manage volumes"
COMMANDS = {
    "prune": "Remove unused local volumes",
}
