"""The same without an event loop: these calls block."""

from child_process import (
    CommandFailed,
    exec_file_sync,
    exec_sync,
    run_sync,
    spawn_sync,
)

# Like run(): a Result, or an error.
print(run_sync("uname", ["-s"]).text)
try:
    run_sync("sh", ["-c", "exit 3"])
except CommandFailed as error:
    print(error)

# Like Node's: the output, or an error.
print(exec_sync("echo $((6 * 7))"))
print(exec_file_sync("echo", ["$((6 * 7))"], encoding="utf-8"))

# Raises nothing for what the command or the system does.
result = spawn_sync("ls", ["/no/such/place"])
print(result.status, result.stderr)
print(spawn_sync("no-such-program").error.code)
