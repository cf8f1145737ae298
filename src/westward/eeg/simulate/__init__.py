"""Simulated infant EEG with exact ground truth; knows nothing of the detectors."""
