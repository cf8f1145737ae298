"""Words and badges for templates."""
