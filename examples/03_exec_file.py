"""Data from outside is an argument: it arrives as it is, and nothing runs it.

There is no shell in between. Where even the program must not see just anything,
`validate` is a white list.
"""

import asyncio

from child_process import OptionError, exec_file, validate

DATA = ["; rm -rf ~", "$(reboot)", "`id`", "--eval=1 + 1", "two  words", "*"]


async def main() -> None:
    # "--" tells most programs that no option follows.
    result = await exec_file("printf", ["--", "[%s]\n", *DATA])
    print(result.text)

    for name in ["report-2024.txt", *DATA]:
        try:
            print("accepted:", validate(name))
        except OptionError as error:
            print("refused: ", error)


asyncio.run(main())
