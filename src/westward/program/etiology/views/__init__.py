"""Pages of the search for the cause."""
