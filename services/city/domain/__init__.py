"""Rules: what a subscriber may hear."""
