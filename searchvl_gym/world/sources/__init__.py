"""Where worlds come from."""
