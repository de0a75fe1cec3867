"""Refuse, in one clear sentence, a Python that cannot build the environment.

Written for any Python, old ones too: it must get far enough to say so.
"""

import sys


def objection(name):
    """Return what is wrong with this interpreter, called *name*; None if nothing."""
    if sys.version_info < (3, 11):
        version = ".".join(str(part) for part in sys.version_info[:3])
        return (
            "child-process needs Python 3.11 or newer and %s is %s;"
            " say which to use: make PYTHON=python3.12 ..." % (name, version)
        )
    try:
        import ensurepip  # noqa: F401 - whether it can be
        import venv  # noqa: F401 - the same
    except ImportError as exc:
        return (
            "%s cannot make a virtual environment, its module %s is missing;"
            " on Debian and Ubuntu: apt install python3-venv" % (name, exc.name)
        )
    return None


if __name__ == "__main__":
    problem = objection(sys.argv[1] if len(sys.argv) > 1 else sys.executable)
    if problem is not None:
        sys.stderr.write("make: %s\n" % problem)
        sys.exit(1)
