"""How facts are carried and services are run: modules without one business word."""
