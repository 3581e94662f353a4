"""Earlier records come in as a sheet: weighed as a whole, then entered under one number."""
