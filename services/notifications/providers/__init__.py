"""Providers of SMS: what they share, and one module for each."""
