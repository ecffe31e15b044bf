"""`dsock network ...`."""

HELP = "Manage networks"
COMMANDS = {
    "prune": "Remove all unused networks",
}
