"""Papers: what a certificate says in words, and its typesetting as PDF."""
