"""The database behind everything: sessions, queries by noun, inbox, outbox, jobs, migrations."""
