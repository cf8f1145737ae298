"""Two studies of one child side by side: before and after."""
