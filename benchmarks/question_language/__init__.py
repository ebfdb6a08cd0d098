"""How questions read: measured in words, clauses and skeletons, and by a language model."""
