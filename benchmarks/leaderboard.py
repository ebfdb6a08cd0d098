"""The leaderboard from a checkout: `python benchmarks/leaderboard.py` is `searchvl leaderboard`."""

import sys

from searchvl_gym.cli import main

if __name__ == "__main__":
    sys.exit(main(["leaderboard", *sys.argv[1:]]))
