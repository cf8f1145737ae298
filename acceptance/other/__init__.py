"""Infants' EEG with spasms from a second generator, which shares nothing with the program's own simulator.

Noise of shaped spectrum and falling coherence instead of planted waves, transients drawn through irregular key points,
spasms of a child drawn from the seed. Acceptance only: nothing is tuned on it.
"""
