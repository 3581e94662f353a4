"""Stars: weighing what people deserve, deciding, showing."""
