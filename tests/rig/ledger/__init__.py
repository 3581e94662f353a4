"""A small service with one effect per fact; owns entries, listens to every public fact."""
