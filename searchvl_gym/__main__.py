"""`python -m searchvl_gym` is the `searchvl` command."""

from __future__ import annotations

import sys

from searchvl_gym.cli import main

if __name__ == "__main__":
    sys.exit(main())
