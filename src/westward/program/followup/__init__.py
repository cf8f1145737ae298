"""Diary, response, relapse, adverse events, development, outcomes."""
