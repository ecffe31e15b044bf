"""What several containers print, as one stream in the order of time."""
