"""Teaching: versions of what the engine has learnt on this installation, and trying a new one before it is used."""
