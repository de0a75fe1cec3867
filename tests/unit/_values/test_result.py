import json
import pickle
from dataclasses import FrozenInstanceError

import pytest

from child_process._values.result import Result, SyncResult
from tests.support import samples


@pytest.mark.parametrize(
    ("stdout", "text", "lines"),
    [
        pytest.param(None, "", [], id="went elsewhere"),
        pytest.param("", "", [], id="nothing"),
        pytest.param("\n", "", [""], id="an empty line"),
        pytest.param("a", "a", ["a"], id="no newline at the end"),
        pytest.param("a\n", "a", ["a"], id="one line"),
        pytest.param("a\nb\n", "a\nb", ["a", "b"], id="two lines"),
        pytest.param("a\r\nb\r\n", "a\r\nb", ["a", "b"], id="CRLF"),
        pytest.param("a\n\n", "a\n", ["a", ""], id="an empty line at the end"),
        pytest.param("a\r", "a\r", ["a\r"], id="a lone CR ends no line"),
        pytest.param("a\r\r\n", "a\r", ["a\r"], id="one CR goes with the LF"),
        pytest.param("a\u2028b\x0c\n", "a\u2028b\x0c", ["a\u2028b\x0c"], id="only LF"),
        pytest.param(b"a\xff\n", "a\ufffd", ["a\ufffd"], id="bytes"),
    ],
)
def test_output_is_read_as_text_and_lines(
    stdout: str | bytes | None, text: str, lines: list[str]
) -> None:
    """`text` lacks the last newline; `lines()` cuts where `Readable.lines` does."""
    result = samples.result(stdout=stdout)

    assert text == result.text
    assert lines == result.lines()


@pytest.mark.parametrize("stdout", ['{"a": [1]}', b'{"a": [1]}\n'])
def test_output_is_read_as_json(stdout: str | bytes) -> None:
    """Text or bytes, JSON is read."""
    assert {"a": [1]} == samples.result(stdout=stdout).json()


@pytest.mark.parametrize("stdout", [None, "", b"", "{"])
def test_what_is_no_json_says_so(stdout: str | bytes | None) -> None:
    """No output at all is not JSON either."""
    with pytest.raises(json.JSONDecodeError):
        samples.result(stdout=stdout).json()


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(samples.result(code=3), 3, id="code"),
        pytest.param(
            samples.result(code=None, signal="SIGKILL", signal_number=9),
            -9,
            id="signal",
        ),
        pytest.param(samples.result(code=None), -1, id="not started"),
    ],
)
def test_the_returncode_is_subprocesses(result: Result[str], expected: int) -> None:
    """A signal's number is a negative returncode."""
    assert expected == result.returncode


def test_a_result_says_whether_it_is_a_success() -> None:
    """`ok` is what the caller accepts; `timed_out` is a reason of its own."""
    assert samples.result(accepted=True).ok
    assert not samples.result(accepted=False).ok
    assert samples.result(reason="timeout").timed_out
    assert not samples.result(reason="aborted").timed_out


def test_a_result_is_frozen() -> None:
    """Nobody changes what happened."""
    with pytest.raises(FrozenInstanceError):
        samples.result().code = 0  # type: ignore[misc]  # wrong on purpose


def test_results_pickle() -> None:
    """A result can be sent to another process."""
    result = samples.result()
    sync = SyncResult(
        pid=1,
        output=(None, "a", ""),
        stdout="a",
        stderr="",
        status=0,
        signal=None,
        error=None,
    )

    assert result == pickle.loads(pickle.dumps(result))
    assert sync == pickle.loads(pickle.dumps(sync))
