"""Task sets."""
