"""The four services: the same rooms in each, a database of its own, no calls between them."""
