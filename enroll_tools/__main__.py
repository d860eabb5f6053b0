"""``python -m enroll_tools``."""

from enroll_tools.cli import main

if __name__ == "__main__":
    main()
