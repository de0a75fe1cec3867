"""All benchmarks: ``python -m benchmarks [--quick] [NAME ...]``."""

from __future__ import annotations

from benchmarks import (
    bench_exec,
    bench_fork_start,
    bench_import,
    bench_ipc,
    bench_lifecycle,
    bench_memory,
    bench_spawn,
    bench_starts,
    bench_stream,
)
from benchmarks.report import main

if __name__ == "__main__":
    raise SystemExit(
        main(
            {
                "stream": bench_stream.run,
                "spawn": bench_spawn.run,
                "exec": bench_exec.run,
                "import": bench_import.run,
                "ipc": bench_ipc.run,
                "fork_start": bench_fork_start.run,
                "memory": bench_memory.run,
                "starts": bench_starts.run,
                "lifecycle": bench_lifecycle.run,
            }
        )
    )
