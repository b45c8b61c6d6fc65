"""Slack, by slack-bolt: requests come in over HTTP or by Socket Mode, letters go out as blocks, paced."""
