"""`cp`: files from a container, to a container, and between two."""
