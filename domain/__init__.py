"""The nouns of a delivery business and their rules; knows no database, clock or channel."""
