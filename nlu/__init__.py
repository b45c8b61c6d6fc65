"""Meaning out of text: training data, the embedded engine, values, and filling slots over several turns."""
