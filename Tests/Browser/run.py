"""Runs the tests of the page; with $PICTURES set, takes pictures, too."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import devtools  # noqa: E402
import page_case  # noqa: E402
import pictures  # noqa: E402


def main() -> int:
    """The exit status."""
    try:
        devtools.find_browser()
    except devtools.BrowserProblem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in sys.argv[1:]] or None
    suite = loader.discover(str(pathlib.Path(__file__).parent))
    try:
        result = unittest.TextTestRunner(verbosity=2).run(suite)
        if os.environ.get("PICTURES"):
            pictures.take(pathlib.Path(os.environ["PICTURES"]).resolve())
    finally:
        page_case.Stage.clear()
    failed = len({test.id() for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 0 if result.testsRun and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
