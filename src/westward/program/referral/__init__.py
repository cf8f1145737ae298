"""Intake, triage, duty roster, contacts, appointments, EEG slots, owners, surveillance."""
