"""A docker command line that speaks to the engine's socket and hides nothing."""

__version__ = "0.1.0"
