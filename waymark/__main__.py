"""`python -m waymark`: the command `waymark`."""

import sys

from waymark.command import main

if __name__ == "__main__":
    sys.exit(main())
