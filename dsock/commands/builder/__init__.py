"""`dsock builder ...`."""

HELP = "Manage builds"
COMMANDS = {
    "prune": "Remove build cache",
}
