"""What staff command: one module per noun."""
