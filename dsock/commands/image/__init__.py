"""`dsock image ...`."""

HELP = "Manage images"
COMMANDS = {
    "build": "Build an image from a Dockerfile",
    "inspect": "Show everything the engine knows about one or more images",
    "ls": "List images",
    "prune": "Remove unused images",
    "pull": "Download an image from a registry",
    "push": "Upload an image to a registry",
}
ALIASES = {"list": "ls"}
