"""Routing: which vehicle visits whom, in which order and when; plain values and pure calculations."""
