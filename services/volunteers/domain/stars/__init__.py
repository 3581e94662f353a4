"""Stars (星级志愿者): the scheme by which they are given, and a person's standing in it (C-24)."""
