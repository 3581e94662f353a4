"""Set-up on a bare machine, with nothing but Python's standard library: see __main__.py."""
