"""BASED and hypsarrhythmia as pure rules over events and epochs; no samples here."""
