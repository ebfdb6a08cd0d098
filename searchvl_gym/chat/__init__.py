"""Wire formats between language models and the environment."""
