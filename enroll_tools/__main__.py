"""``python -m enroll_tools``."""

from idverify.loading import run

if __name__ == "__main__":
    run("enroll_tools.cli")
