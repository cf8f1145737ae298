"""Quality board of the program, safety events and their review."""
