"""Other clients' traffic with the engine: passed on, watched, judged. It serves clients, so it is
no client: nothing here imports engine.client."""
