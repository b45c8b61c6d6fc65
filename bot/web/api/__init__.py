"""The REST API for shops: orders and promises."""
