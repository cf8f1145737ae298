"""Filters of quality."""
