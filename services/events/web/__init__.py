"""The pages of the events service: list, activity with its form, registration."""
