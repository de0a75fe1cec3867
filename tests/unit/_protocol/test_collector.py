import pytest

from child_process._protocol.collector import Collector


@pytest.mark.parametrize(
    ("limit", "chunks", "answers", "kept"),
    [
        pytest.param(3, [], [], b"", id="nothing came"),
        pytest.param(3, [b"ab", b"c"], [True, True], b"abc", id="exactly the limit"),
        pytest.param(3, [b"ab", b"cd"], [True, False], b"abc", id="one byte more"),
        pytest.param(3, [b"abcd"], [False], b"abc", id="all at once"),
        pytest.param(3, [b"abc", b"d"], [True, False], b"abc", id="after it was full"),
        pytest.param(
            3, [b"abcd", b"e"], [False, False], b"abc", id="nothing fits any more"
        ),
        pytest.param(0, [b""], [True], b"", id="no room, and nothing came"),
        pytest.param(0, [b"a"], [False], b"", id="no room"),
        pytest.param(
            None, [b"a" * 9, b"b"], [True, True], b"a" * 9 + b"b", id="no limit"
        ),
    ],
)
def test_the_first_bytes_are_kept(
    limit: int | None, chunks: list[bytes], answers: list[bool], kept: bytes
) -> None:
    """Reaching the limit is fine, passing it is told; what fits is kept."""
    collector = Collector("stdout", limit)

    told = [collector.feed(chunk) for chunk in chunks]

    assert answers == told
    assert kept == collector.value()
    assert (False in answers) is collector.overflowed


def test_the_value_may_be_asked_for_in_between() -> None:
    """Asking does not change what is kept."""
    collector = Collector("stdout", 10)

    collector.feed(b"a")
    collector.feed(b"b")
    before = collector.value()
    collector.feed(b"c")

    assert b"ab" == before
    assert b"abc" == collector.value()
