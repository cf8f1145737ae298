"""Rules that are about this app: identity of a recording, urgency, who sees what before a read is stored."""
