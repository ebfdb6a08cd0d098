"""Stage 8: experts play every instance, and their process is checked."""
