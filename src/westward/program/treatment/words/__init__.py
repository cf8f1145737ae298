"""The family calendar's words, one file a language."""
