"""`dsock image ...`."""

HELP = "Manage images"
COMMANDS = {
    "build": "Build an image from a Dockerfile",
    "explain": "Show what each layer of an image adds, changes and deletes",
    "history": "Show the layers of an image and what made them",
    "import": "Make an image from a tar archive of a file system",
    "inspect": "Show everything the engine knows about one or more images",
    "load": "Load images from a tar archive that save has written",
    "ls": "List images",
    "prune": "Remove unused images",
    "pull": "Download an image from a registry",
    "push": "Upload an image to a registry",
    "rm": "Remove one or more images",
    "save": "Write images as a tar archive that load reads",
    "tag": "Give an image another name",
}
ALIASES = {"list": "ls", "remove": "rm"}
