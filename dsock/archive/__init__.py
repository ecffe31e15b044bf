"""Tar archives as streams, in constant memory: made of files, read from an engine."""
