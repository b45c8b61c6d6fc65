"""The page of a plan, for whoever of the staff has its link."""
