"""Pages and sheets of the volunteers service."""
