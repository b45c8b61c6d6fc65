"""Measuring the engines on benchmark instances and generated days."""
