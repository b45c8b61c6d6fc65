"""Protocol emulators: real servers on free local ports, with scripted trouble."""
