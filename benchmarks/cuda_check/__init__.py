"""What of the training code works on a GPU, how fast, and in how much memory; see `__main__`."""
