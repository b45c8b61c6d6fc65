"""Travel times: straight lines, the traffic of the hour, and what is learned from days that were driven."""
