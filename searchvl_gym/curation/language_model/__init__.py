"""A language model behind an endpoint as the engine and the judge of questions."""
