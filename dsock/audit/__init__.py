"""Who can become root through the engine: rules over what the engine tells of its containers,
services and itself. Pure: the records come from the engine or from a file."""
