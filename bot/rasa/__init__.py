"""Rasa beside us: its environment, its model, and the engine that asks it (docs/nlu.md)."""
