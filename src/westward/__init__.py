"""Westward: the open system that runs an infantile spasms program."""

from westward._version import __version__

__all__ = ["__version__"]
