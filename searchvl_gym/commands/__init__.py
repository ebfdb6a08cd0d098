"""The subcommands of `searchvl`. They import what they need only when they run."""
