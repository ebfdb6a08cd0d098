"""The parts of GRPO; `algos.fatal_grpo` puts them together from top to bottom."""
