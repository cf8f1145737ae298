"""A small simulated program: children at all stages, each labelled simulated."""
