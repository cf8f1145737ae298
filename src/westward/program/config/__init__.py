"""Settings, addresses and middleware of the program."""
