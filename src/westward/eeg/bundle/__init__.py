"""The result of one analysis on disk: ``<stem>.westward/``."""
