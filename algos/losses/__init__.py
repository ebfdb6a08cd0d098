"""What an update minimises, as pure functions on tensors; `algos.objectives` is the door."""
