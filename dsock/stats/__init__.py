"""What containers use, as the engine measures it."""

from dsock.stats.watch import Watch, Watched

__all__ = ["Watch", "Watched"]
