"""The leaderboard: policies against suites of tasks, in a table that can be checked."""
