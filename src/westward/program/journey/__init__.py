"""The board of all children and the timeline of one."""
