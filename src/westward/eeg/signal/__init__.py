"""Montages, filters, resampling and windows as pure array functions."""
