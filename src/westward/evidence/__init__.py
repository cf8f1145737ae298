"""Sourced clinical facts as data, with their evidence status."""
