"""Seeded chaos: real processes under load that is killed, frozen and cut off."""
