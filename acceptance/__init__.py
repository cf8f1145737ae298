"""The large acceptance sets: run by ``make accept``, resumable, results in ``docs/acceptance.md``."""
