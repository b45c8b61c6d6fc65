"""The web chat: its session, what it shows, and the streams that keep it fresh."""
