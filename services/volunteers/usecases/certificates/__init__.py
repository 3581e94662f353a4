"""Certificates: issuing, printing, verifying, revoking."""
