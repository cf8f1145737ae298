"""Children, caregivers, outside clinicians, consents: who it is about."""
