"""The chat on a shop's own pages: the bubble's script, the frame it opens, and the tokens that stand in for cookies."""
