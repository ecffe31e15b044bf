"""`dsock container ...`, and most of the top level."""

HELP = "Manage containers"
COMMANDS = {
    "attach": "Attach the terminal's streams to a running container",
    "commit": "Make an image from a container's changes",
    "cp": "Copy files and folders between containers and this host",
    "create": "Create a new container",
    "diff": "Show what changed in a container's file system since its image",
    "exec": "Run a command in a running container",
    "export": "Write a container's file system as a tar archive",
    "inspect": "Show everything the engine knows about one or more containers",
    "kill": "Kill one or more running containers",
    "logs": "Show what containers have printed",
    "ls": "List containers",
    "pause": "Pause all processes within containers",
    "port": "Show where the ports of a container are published",
    "prune": "Remove all stopped containers",
    "recreate": "Replace a container by one with other flags, or of a newer image",
    "rename": "Rename a container",
    "restart": "Restart one or more containers",
    "rm": "Remove one or more containers",
    "run": "Create and start a new container",
    "start": "Start stopped containers",
    "stats": "Show what containers use: CPU, memory, network, disks",
    "stop": "Stop one or more running containers",
    "top": "Show the processes that run in a container",
    "unpause": "Unpause all processes within containers",
    "update": "Change limits and restart policy of one or more containers",
    "wait": "Wait until one or more containers stop, then print their exit codes",
}
ALIASES = {"list": "ls", "ps": "ls", "remove": "rm"}
