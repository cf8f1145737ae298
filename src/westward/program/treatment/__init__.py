"""Protocols approved and run: weights, doses, bottles, calendars, checks, access to the drug."""
