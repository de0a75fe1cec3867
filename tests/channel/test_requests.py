"""Questions and answers, both ways."""

import asyncio
import pickle
import traceback
from typing import Any

import pytest

from child_process import ChannelClosed, RemoteError, fork
from tests.channel.children import (
    PATIENCE,
    Script,
    closed,
    finished,
    forked,
    raw,
    record,
)

ANSWERS = """
from child_process import process

@process.on_request
def answer(message):
    match message:
        case "fail":
            raise LookupError("no such thing: ß")
        case "unserializable":
            return object()
        case "exit":
            import os
            os._exit(3)
    return ["answer", message]
"""
ANSWERS_LATER = """
import asyncio
from child_process import process

@process.on_request
async def answer(message):
    if message == "fail":
        raise LookupError("later")
    if message == "never":
        await asyncio.sleep(3600)
    await asyncio.sleep(message / 100)
    return message
"""


async def test_a_request_has_an_answer(script: Script) -> None:
    """What the handler returns; messages beside it are not concerned."""
    child = forked(script(ANSWERS))

    answers = [await child.request({"n": 1}), await child.request(None)]
    child.disconnect()

    assert [["answer", {"n": 1}], ["answer", None]] == answers
    assert ([], 0) == await finished(child)


@pytest.mark.parametrize("mode", ["json", "advanced"])
async def test_many_at_once(script: Script, mode: Any) -> None:
    """Each gets its own answer, in whatever order they come."""
    child = forked(script(ANSWERS_LATER), serialization=mode)

    numbers = [3, 1, 2, 0, 5, 4]
    done: list[int] = []

    async def ask(number: int) -> int:
        answer: int = await child.request(number)
        done.append(answer)
        return answer

    answers = await asyncio.gather(*map(ask, numbers))
    child.disconnect()

    assert (numbers, 0) == (answers, done[0])
    assert 0 == await closed(child)


async def test_what_a_handler_raises_is_raised_here(script: Script) -> None:
    """With its type, its words, and the traceback of the other process as a note."""
    child = forked(script(ANSWERS))

    with pytest.raises(RemoteError) as caught:
        await child.request("fail")
    child.disconnect()

    error = caught.value
    assert ("LookupError", "no such thing: ß") == (error.type, error.message)
    assert "LookupError: no such thing: ß" == str(error)
    assert 'raise LookupError("no such thing: ß")' in error.traceback
    assert "In the other process:\nTraceback" in "".join(
        traceback.format_exception(error)
    )
    assert 0 == await closed(child)


async def test_a_remote_error_travels_on(script: Script) -> None:
    """It pickles, with one note, as often as one likes."""
    child = forked(script(ANSWERS_LATER))
    with pytest.raises(RemoteError) as caught:
        await child.request("fail")
    child.disconnect()

    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(caught.value))))

    assert caught.value.args == again.args
    assert 1 == len(again.__notes__)
    assert 0 == await closed(child)


async def test_an_answer_that_does_not_travel_is_an_error(script: Script) -> None:
    """Of who asked, who learns where it was."""
    child = forked(script(ANSWERS))

    with pytest.raises(RemoteError, match=r"NotSerializable: message\['body'\]"):
        await child.request("unserializable")
    child.disconnect()

    assert 0 == await closed(child)


async def test_a_question_that_does_not_travel_is_refused(script: Script) -> None:
    """At once, and nothing waits for an answer to it."""
    child = forked(script(ANSWERS))

    with pytest.raises(TypeError, match=r"message\['body'\]\['x'\]"):
        await child.request({"x": object()})

    assert ["answer", 1] == await child.request(1)
    child.disconnect()
    assert 0 == await closed(child)


async def test_an_answer_that_does_not_come_in_time(script: Script) -> None:
    """A later one is no message, and disturbs nobody."""
    child = forked(script(ANSWERS_LATER))
    told = record(child, "message")

    with pytest.raises(TimeoutError, match=r"no answer within 0.05 seconds"):
        await child.request(20, timeout=0.05)
    later = await child.request(25, timeout=PATIENCE)
    child.disconnect()

    assert (25, []) == (later, told)
    assert 0 == await closed(child)


async def test_a_child_that_ends_answers_no_more(script: Script) -> None:
    """Everybody who asked learns it."""
    child = forked(script(ANSWERS))
    first = asyncio.ensure_future(child.request("exit"))
    second = asyncio.ensure_future(child.request(2))

    await asyncio.wait([first, second])

    assert isinstance(first.exception(), ChannelClosed)
    assert isinstance(second.exception(), ChannelClosed)
    assert 3 == await closed(child)
    with pytest.raises(ChannelClosed):
        await child.request(3)


async def test_a_child_asks_and_we_answer(script: Script) -> None:
    """By a handler, sync or async; what it raises is raised there."""
    source = """
    import asyncio
    from child_process import RemoteError, process
    async def main():
        answers = []
        for question in (1, "fail", 2):
            try:
                answers.append(await process.request(question, timeout=10))
            except RemoteError as error:
                answers.append([error.type, error.message])
        process.send(answers)
    asyncio.run(main())
    """
    for later in False, True:
        child = forked(script(source))

        def answer(question: Any) -> Any:
            if question == "fail":
                raise ValueError("no")
            return question * 10

        async def answer_later(question: Any) -> Any:
            await asyncio.sleep(0)
            return answer(question)

        child.on_request(answer_later if later else answer)

        assert ([[10, ["ValueError", "no"], 20]], 0) == await finished(child)


async def test_a_question_waits_for_a_handler(script: Script) -> None:
    """One that comes late answers those that came before."""
    source = """
    import asyncio
    from child_process import process
    async def main():
        process.send(await process.request("early", timeout=10))
    asyncio.run(main())
    """
    child = forked(script(source))
    assert child.channel is not None
    mailbox = child.channel.mailbox
    from tests.support.waiting import until

    await until(lambda: mailbox._queue)
    child.on_request(lambda message: message.upper())

    assert (["EARLY"], 0) == await finished(child)


async def test_both_ask_each_other_at_once(script: Script) -> None:
    """Within a handler, too."""
    source = """
    from child_process import process

    @process.on_request
    async def answer(message):
        return ["child", await process.request(message + 1, timeout=10)]
    """
    child = forked(script(source))
    child.on_request(lambda message: ["parent", message])

    answers = await asyncio.gather(*(child.request(number) for number in range(5)))
    child.disconnect()

    assert [["child", ["parent", number + 1]] for number in range(5)] == answers
    assert 0 == await closed(child)


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param("lambda message: later(message)", id="lambda"),
        pytest.param("functools.partial(later)", id="partial"),
        pytest.param("Callable()", id="object"),
    ],
)
async def test_whatever_returns_a_coroutine_is_async(
    script: Script, handler: str
) -> None:
    """It does not show before the call."""
    source = f"""
    import functools
    from child_process import process
    async def later(message):
        return [message]
    class Callable:
        async def __call__(self, message):
            return [message]
    process.on_request({handler})
    """
    child = forked(script(source))

    answers = [await child.request(1), await child.request(2)]
    child.disconnect()

    assert [[1], [2]] == answers
    assert 0 == await closed(child)


@pytest.mark.node
async def test_a_node_child_takes_part_by_plain_messages(script: Script) -> None:
    """Without the library: both ways."""
    source = """
    process.on('message', (message) => {
      if (message.child_process === 'request')
        process.send({child_process: 'reply', id: message.id, body: message.body * 2});
      else
        process.send(['reply', message]);
    });
    process.send({child_process: 'request', id: 1, body: 'question'});
    """
    child = fork(script(source, "child.js"))
    child.on_request(lambda body: body + "!")

    answer = await child.request(21, timeout=PATIENCE)
    reply = await child.receive(timeout=PATIENCE)
    child.disconnect()

    expected = {"child_process": "reply", "id": 1, "body": "question!"}
    assert (42, ["reply", expected]) == (answer, reply)
    assert 0 == await closed(child)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param('{"child_process": []}', id="a list"),
        pytest.param('{"child_process": {}}', id="an object"),
        pytest.param('{"child_process": "request"}', id="no id"),
        pytest.param('{"child_process": "request", "id": "1"}', id="a text for id"),
        pytest.param('{"child_process": "request", "id": true}', id="true for id"),
        pytest.param('{"child_process": "other", "id": 1}', id="unknown kind"),
        pytest.param('{"child_process": "buffers", "sizes": [1]}', id="buffers"),
    ],
)
async def test_what_only_looks_like_ours_is_a_message(forged: str) -> None:
    """A key that is not used as we do means nothing."""
    import json

    line = f"{forged}\n".encode()

    child = raw(f"wire.sendall({line!r})")

    assert ([json.loads(forged)], 0) == await finished(child)


async def test_an_answer_to_nothing_is_nothing() -> None:
    """Nor is one of the wrong make an answer with strange facts a trap."""
    child = raw(
        r"""
        wire.sendall(b'{"child_process": "reply", "id": 99, "body": 1}\n')
        wire.recv(1000)
        wire.sendall(b'{"child_process": "error", "id": 1, "type": [], "message": 1'
                     + b'0' * 4000 + b'}\n')
        """
    )

    with pytest.raises(RemoteError) as caught:
        await child.request("?", timeout=PATIENCE)

    assert ("", "", "") == caught.value.args
    assert ([], 0) == await finished(child)
