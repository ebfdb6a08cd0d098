"""Episodes as tokens: how they are rendered, sampled, batched and scored."""
