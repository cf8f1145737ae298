"""Template tags of referral."""
