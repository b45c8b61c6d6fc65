"""The program: channels, settings, the command line, and everything that touches the world."""
