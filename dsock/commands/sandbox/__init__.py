"""`dsock sandbox ...`: a throwaway real engine."""

HELP = "Real engines to throw away"
COMMANDS = {
    "exec": "Run a command inside a sandbox",
    "ls": "List sandboxes",
    "run": "Run a command with an engine of its own, then remove the engine",
    "start": "Start a sandbox that stays until it is stopped",
    "stop": "Remove sandboxes and all that is in them",
}
ALIASES = {"list": "ls", "rm": "stop"}
