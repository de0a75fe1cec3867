"""A secret goes to the child, and into no message; what would run can be asked."""

from child_process import (
    CommandFailed,
    Secret,
    explain,
    on_audit,
    run_sync,
    secret_file,
)

TOKEN = Secret("s3cr3t-t0ken")
PATH = "/usr/bin:/bin"


def main() -> None:
    # By the environment, by stdin, or as a file that only the child has.
    print(run_sync("sh", ["-c", "echo ${#TOKEN}"], env={"TOKEN": TOKEN, "PATH": PATH}))
    print(run_sync("wc", ["-c"], input=TOKEN).text)
    print(run_sync("wc", ["-c", secret_file(TOKEN)]).text)

    try:
        line = 'echo "bad token: $TOKEN" >&2; exit 1'
        run_sync("sh", ["-c", line], env={"TOKEN": TOKEN, "PATH": PATH})
    except CommandFailed as error:
        print(error)  # … bad token: ***

    # Without what loads code or is a secret; and who asks learns what is kept back.
    print(run_sync("env", env_policy="clean").text)
    print(explain("env", env_policy="scrub"))

    remove = on_audit(print)
    run_sync("true", [TOKEN])  # started: true '***' …
    remove()


if __name__ == "__main__":
    main()
