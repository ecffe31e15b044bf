"""All containers on one screen: what they use, what happens, and keys to do something about it."""
