"""Speed and recall measurements; `python -m benchmarks.speed` runs them all."""
