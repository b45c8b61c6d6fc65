"""Benchmarks: figures to look at, not tests. ``make bench`` runs them; docs/benchmarks.md keeps what was seen."""
