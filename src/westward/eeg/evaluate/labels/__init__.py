"""Readers of labeled public sets by their layout; one module per set, and one that recognizes which it is."""
