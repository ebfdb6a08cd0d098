"""The files of the release, read as trajectories and as tasks."""
