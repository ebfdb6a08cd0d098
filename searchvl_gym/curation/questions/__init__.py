"""Stages 2 and 3: questions along a path, by rules, and the names taken out of them."""
