"""A small service with one door of each kind, run as a real process by the tests beside it."""
