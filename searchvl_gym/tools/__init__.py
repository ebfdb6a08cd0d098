"""The tool suite."""
