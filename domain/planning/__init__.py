"""Planning a day: what is to be planned, as a problem; what came of it; and what changed meanwhile."""
