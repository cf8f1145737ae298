"""Event scoring and reader agreement."""
