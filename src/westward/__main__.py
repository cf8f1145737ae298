"""``python -m westward``."""

from westward.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
