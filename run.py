"""The one command: `python run.py serve`, `python run.py --help`."""

import sys

from bot.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
