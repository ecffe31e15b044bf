"""What the walkthrough says in English."""

STEPS = {
    "where": (
        "Which engine?",
        "What docker does, it does by calls to an engine: HTTP through a unix socket. Any program"
        " can make them, curl too. This is the engine that answers here.",
    ),
    "create": (
        "Create a container",
        "There is no call that runs a container. First it is created: the body says what it is to"
        " be, and the answer is its ID.",
    ),
    "ps-all": (
        "It is there, but does not run",
        "The list of all containers, the newest first. Ours has the state “created”.",
    ),
    "start": (
        "Start it",
        "A second call starts it. Nothing is answered but 204. The lines with ● are events: what"
        " the engine told everybody who was listening.",
    ),
    "ps": ("Now it runs", "The same call without all=1 lists the running ones."),
    "run": (
        "run is create and start",
        "Both calls in one command; $ID is what the first one answered. This time a port of the"
        " host leads to port 80 of the container. Three events come: create, connect, start.",
    ),
    "events": (
        "What the engine remembers",
        "Those events once more, asked for by their time. Without “until” the call stays open and"
        " waits for what comes next: that is how a load balancer learns of new containers.",
    ),
    "rm": (
        "And away",
        "One call for each container. Forced: what runs is killed first. Then everything that"
        " happened, as the events tell it.",
    ),
}

NEXT = (
    ("dsock --curl COMMAND", "any command, and the calls that it makes"),
    ("dsock --dry-run COMMAND", "the same as a script, and nothing changes"),
    ("dsock events --follow", "what happens, also over an engine's restart"),
    ("dsock render nginx", "a load balancer that follows the containers"),
    ("dsock audit", "who else holds the socket: whoever does is root on its host"),
    (
        "dsock proxy --profile list --listen list.sock",
        "a socket that can do less, for who needs little",
    ),
    ("from dsock.api import containers", "the same calls in Python"),
)

WORDS = {
    "keys": "Enter plays it · q leaves",
    "title": "The engine's socket in {steps} steps",
    "on": "on {server} at {url}",
    "next": "That was all: HTTP through a socket. What comes next:",
    "more": "… {n} more",
    "removed": "Removed again: {what}.",
    "nothing": "nothing is left of the walkthrough",
    "no-engine": "No engine answers. dsock can start a real one to throw away.",
    "sandbox?": "Start it?",
    "sandbox": "Starting an engine to throw away ...",
    "pull?": "This engine has no image nginx. Pull it, and remove it at the end?",
    "pulling": "Pulling nginx ...",
    "pull-failed": "nginx cannot be pulled here, so this is played with {image}.",
    "other-image": "This is played with {image}.",
    "leftovers": "{n} containers are left of a walkthrough that was killed, or that still runs:"
    " dsock walkthrough --clean removes them.",
}
