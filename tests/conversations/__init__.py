"""Scripted conversations through the REST channel of the real program; README.md in this folder says how they are written."""
