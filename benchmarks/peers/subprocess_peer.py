"""The jobs by plain `subprocess`: what blocking costs, without any loop.

The version named is Python's.
"""

from __future__ import annotations

import platform
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.peers import jobs, timing
from benchmarks.peers.serving import Reply, serve


def spawn(*, pipes: bool, count: int, at_once: int) -> Reply:
    stdio = subprocess.PIPE if pipes else subprocess.DEVNULL
    held = []

    def one(_: int) -> None:
        began = time.perf_counter()
        process = subprocess.Popen(["true"], stdin=stdio, stdout=stdio, stderr=stdio)
        held.append(time.perf_counter() - began)
        with process:
            if pipes:
                process.communicate()
            jobs.expect(0, process.wait())

    began = time.perf_counter()
    if at_once == 1:
        for i in range(count):
            one(i)
    else:
        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(one, range(count)))
    return timing.summary(began, held, [])


def stream(*, writer: str, size: int) -> Reply:
    began = time.perf_counter()
    total = 0
    with subprocess.Popen(
        jobs.writer(writer, size), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(65536):
            total += len(chunk)
    jobs.expect(0, process.wait())
    jobs.expect(size, total)
    return {"seconds": time.perf_counter() - began}


def exec_(*, count: int) -> Reply:
    began = time.perf_counter()
    for _ in range(count):
        done = subprocess.run(
            jobs.HELLO, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        jobs.expect(jobs.HELLO_OUTPUT, done.stdout)
    return {"seconds": time.perf_counter() - began}


if __name__ == "__main__":
    serve(
        "subprocess",
        platform.python_version(),
        {"spawn": spawn, "stream": stream, "exec": exec_},
    )
