"""`dsock container ...`, and most of the top level."""

HELP = "Manage containers"
COMMANDS = {
    "create": "Create a new container",
    "inspect": "Show everything the engine knows about containers",
    "kill": "Send a signal to running containers",
    "logs": "Show what a container has printed",
    "ls": "List containers",
    "rename": "Rename a container",
    "restart": "Restart containers",
    "rm": "Remove containers",
    "run": "Create and start a new container",
    "start": "Start stopped containers",
    "stop": "Stop running containers",
    "wait": "Wait until containers stop, then print their exit codes",
}
ALIASES = {"list": "ls", "ps": "ls"}
