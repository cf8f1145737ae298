"""One module per act."""
