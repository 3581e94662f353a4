"""Providers that are not there: real servers on loopback that check what they are told."""
