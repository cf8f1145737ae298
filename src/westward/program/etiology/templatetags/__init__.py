"""Tags of etiology."""
