"""`dsock context ...`."""

HELP = "Manage contexts: named endpoints of engines, shared with docker"
COMMANDS = {
    "create": "Create a context",
    "export": "Export a context to a tar archive",
    "import": "Import a context from a tar or zip archive",
    "inspect": "Show everything there is about one or more contexts",
    "ls": "List contexts",
    "rm": "Remove one or more contexts",
    "show": "Print the name of the current context",
    "update": "Change a context",
    "use": "Set the current context",
}
ALIASES = {"list": "ls", "remove": "rm"}
