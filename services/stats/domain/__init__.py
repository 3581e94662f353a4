"""The rules of folding and counting: pure, without clock, database, broker or framework."""
