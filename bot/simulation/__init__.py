"""A day of a made-up business, driven through the real program, and what its promises were worth."""
