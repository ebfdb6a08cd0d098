"""Stage 1: walks over links, from an anchor to the page that the answer is from."""
