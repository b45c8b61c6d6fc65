"""The demo: a believable business in Berlin, loaded into an empty database. Every name and number in it is made up."""
