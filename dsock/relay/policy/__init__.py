"""Which calls may pass: pure functions from a request to a verdict."""
