"""Counts what a script checks; its last line is `N passed, M failed`."""

import sys

passed = 0
failed = 0


def check(good, what, seen=""):
    """Counts one check, and tells of a failed one what was seen."""
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what} {seen}".rstrip())


def finish():
    """Prints the counts and ends the process."""
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
