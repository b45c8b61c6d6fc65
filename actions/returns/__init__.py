"""Returns: asked for, decided by rule or by a person, on their way back, found at the dock, settled."""
