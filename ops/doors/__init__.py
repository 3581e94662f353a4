"""Every door of the four services with who may use it: listed, checked, written down to sign."""
