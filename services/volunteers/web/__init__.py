"""Pages of the volunteers service."""
