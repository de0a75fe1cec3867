"""Data does not become an option, and only listed programs start."""

from child_process import (
    PolicyDenied,
    flag,
    guarded,
    launching,
    positional,
    run_sync,
    strict,
)

NAME = "--output=/etc/passwd"  # whatever somebody typed into a form


def main() -> None:
    # Made safe where the program knows how: sort -k 1 -- --output=/etc/passwd
    words = [flag("-k", "1"), positional(NAME)]
    result = run_sync("sort", words, policy=guarded(), check=False)
    print(result.command, result.stderr.strip(), sep="\n")

    # Refused where it does not, and so are options that run something.
    for program, args in (
        ("curl", ["-s", positional("file:///etc/passwd")]),
        ("tar", ["-xf", "a.tar", "--to-command=sh"]),
    ):
        try:
            run_sync(program, args, policy=guarded())
        except PolicyDenied as error:
            print(error)

    with launching(strict(programs=["git", "sort"])):
        try:
            run_sync("rm", ["-rf", "x"])
        except PolicyDenied as error:
            print(error.denials[0].remedy)


if __name__ == "__main__":
    main()
