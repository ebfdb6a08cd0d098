"""What every way of training shares: data, optimisers, the run on disk, processes, estimates."""
