"""Pages for everybody, and the form that refers a child."""
