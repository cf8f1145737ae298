"""Pages of the privacy officer: the audit log and reviews of broken glass."""
