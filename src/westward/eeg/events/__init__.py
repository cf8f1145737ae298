"""Detectors: artifact, sleep, spike, attenuation, grouped spikes, ictal candidates."""
