"""SearchVL Gym: multimodal deep search as a Gymnasium environment."""
