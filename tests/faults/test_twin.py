"""What the launcher in plain Python cannot do is refused, and told beforehand."""

from child_process._launch.system import BEYOND_THE_TWIN
from tests.faults.launchers import each_launcher, hosts_with

BEYOND = """
    import asyncio, os
    from child_process import Isolation, Limits, ProcessError, spawn
    from child_process._launch.guardian import guardian
    from tests.support import waiting

    more = ["ignore", "ignore", "inherit", "pipe"]
    umask = {"umask": 0o077, "stdio": more}
    asked = [{"limits": Limits(files=30)}, {"isolate": Isolation()}, umask]

    async def tried(options):
        child = spawn("/bin/true", **options)
        try:
            code = (await child.wait()).code
        except ProcessError as error:
            return f"{error.code}: {error}"
        finally:
            for stream in child.stdio:
                if stream is not None:
                    stream.destroy()
        return f"code {code}"

    async def main():
        await tried({})
        await waiting.until(lambda: guardian.pid)
        before = len(os.listdir("/proc/self/fd"))
        for options in asked:
            print(await tried(options))
        print(len(os.listdir("/proc/self/fd")) - before)

    asyncio.run(main())
"""


@each_launcher
def test_what_the_twin_cannot_do_it_refuses(launcher: str) -> None:
    """By an error that names the option and the remedy; nothing is left."""
    *said, more = hosts_with(launcher, BEYOND).splitlines()

    assert len(BEYOND_THE_TWIN) == len(said)
    assert "0" == more
    if launcher == "native":
        assert ["code 0"] * len(said) == said
    for option, line in zip(("limits=", "isol", "umask="), said, strict=True):
        assert launcher == "native" or (option in line and "compiled" in line)
