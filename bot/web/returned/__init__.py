"""The page of one return, for whoever holds its link."""
