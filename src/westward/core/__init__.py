"""Units, ids, ages, errors and provenance; imports nothing else of ours."""
