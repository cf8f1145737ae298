"""The report a physician reads."""
