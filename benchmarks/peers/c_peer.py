"""The floor of a start: a compiled loop of ``posix_spawn`` and ``waitpid``.

`pace.c` is compiled by the system's ``cc``, and measures by itself. The version
named is the compiler's.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.peers.serving import Reply, missing, serve

SOURCE = Path(__file__).with_name("pace.c")


def compiled(folder: str) -> str:
    program = str(Path(folder, "pace"))
    subprocess.run(["cc", "-O2", "-o", program, str(SOURCE)], check=True)
    return program


def main() -> None:
    if shutil.which("cc") is None:
        missing("there is no cc here")
        return
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    program = compiled(folder)

    def pace(*, count: int, at_once: int) -> Reply:
        words = [program, str(count), str(at_once)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        return {"seconds": float(done.stdout)}

    version = subprocess.run(
        ["cc", "-dumpfullversion"], check=True, capture_output=True, text=True
    )
    serve("posix_spawn, cc", version.stdout.strip(), {"pace": pace})


if __name__ == "__main__":
    main()
