"""Biomarkers as published: what is measured, how, from which paper, in which state."""
