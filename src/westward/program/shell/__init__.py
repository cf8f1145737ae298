"""The frame of every page: base template, style sheet, form fields, error pages."""
