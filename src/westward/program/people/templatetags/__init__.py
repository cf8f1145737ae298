"""The frame of a chart, for templates."""
