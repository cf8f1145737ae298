"""Engines for EEG: recording, signal, events, grading, report."""
