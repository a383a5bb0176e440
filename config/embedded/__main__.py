"""`python -m config.embedded demo|test`: runs the supervisor in the foreground."""

import sys

from config.embedded.supervisor import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "demo"))
