"""``idverify``, and ``python -m idverify``."""

from idverify.loading import run


def main() -> None:
    """Run the command line."""
    run("idverify.cli")


if __name__ == "__main__":
    main()
