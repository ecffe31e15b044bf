"""`dsock system ...`."""

HELP = "Manage the engine"
COMMANDS = {
    "df": "Show how much disk the engine uses",
    "doctor": "Look for what is wrong with the engine, and say what helps",
    "events": "Show what happens at the engine, as it happens",
    "info": "Show facts about the engine",
    "prune": "Remove what nobody uses",
}
