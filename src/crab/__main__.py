"""``python -m crab``: the command ``crab``."""

from crab.cli import main

if __name__ == "__main__":
    main()
