"""A simulated program to look at: made by the real acts, opened without a password, in a marked folder alone."""
