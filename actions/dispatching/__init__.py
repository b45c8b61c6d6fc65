"""Changes of today's routes: what they do to everybody's times, and who is told."""
