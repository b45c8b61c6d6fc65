"""HTTP: the application, its pages, its API."""
