"""Detectors: artifact, sleep, spike, attenuation, grouped spikes, spasms, clusters, high-frequency oscillations."""
