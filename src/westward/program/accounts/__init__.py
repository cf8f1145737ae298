"""People who sign in, their sites and roles, set-up links, break-glass."""
