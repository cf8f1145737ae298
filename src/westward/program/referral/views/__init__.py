"""Pages of referral, one module a page."""
