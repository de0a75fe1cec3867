from child_process import spawn
from tests.support import programs


async def test_a_stop_signals_each_process_once() -> None:
    """A second SIGINT means "at once" to many a program: nobody gets one."""
    argv = programs.python("count_signals.py", 2)
    async with spawn(argv[0], argv[1:]) as child:
        assert child.stdout is not None
        lines = child.stdout.lines()
        up = {await anext(lines) for _ in range(3)}

        await child.stop([("SIGINT", 0.3), ("SIGTERM", 5.0)])
        heard = sorted([line async for line in lines])

    assert {"up 0", "up 1", "up 2"} == up
    assert ["int 0", "int 1", "int 2"] == heard
