"""Composers: facts in, blocks out. Pure; each kind has a module."""
