"""Bodies that the doors accept and return; times go in with an offset and come out in UTC."""
