"""What Roundsman does: one handler per Command, the registry of them, and `perform`, which commits a turn."""
