"""Taking in files: orders and products as CSV, the set-up of a business as YAML."""
