"""Signed letters to referring doctors and pediatricians: drafted, signed, sent, received."""
