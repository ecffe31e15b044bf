"""What the user types: one module a command, one package a noun."""

HELP = "dsock"
COMMANDS = {
    "login": "Log in to a registry",
    "logout": "Log out from a registry",
    "search": "Search Docker Hub for images",
    "api": "Make any call to the engine and print the answer",
    "audit": "Find who can become root through the engine",
    "trace": "Show every call that a program makes to the engine",
    "render": "Write a file from a template and the containers that run",
    "inspect": "Show everything the engine knows about objects of any kind",
    "monitor": "Watch and control all containers on one screen",
    "proxy": "Give others a socket that lets pass only what they need",
    "version": "Show the versions of dsock and the engine",
    "where": "Show which engine is used, and why",
    "walkthrough": "Show step by step what happens on the engine's socket",
    "help": "Show how a command is used",
    "completion": "Print the completion script for a shell",
}
