"""``python -m child_process``: the command line; ``worker`` of Node's `fork`.

Layer: cli.
"""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        # Past the command line: a parent waits for this child's first answer.
        from child_process._inside.worker import main as work

        work(sys.argv[2:])
    else:
        from child_process.cli.main import main

        raise SystemExit(main())
