"""One module per act on accounts."""
