"""A family under one account, by hand (0022): who is in it, who comes, who goes, who may act."""
