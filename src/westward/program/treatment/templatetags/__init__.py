"""Doses for templates."""
