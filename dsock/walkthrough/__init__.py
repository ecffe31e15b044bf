"""The engine's socket, explained by using it: steps that are played on a real engine, each shown as
dsock's line, as curl, and as what the engine answered and told its listeners."""
