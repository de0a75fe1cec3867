from hypothesis import given
from hypothesis import strategies as st

from child_process._protocol.collector import Collector


@given(
    chunks=st.lists(st.binary(max_size=16)),
    limit=st.none() | st.integers(0, 64),
)
def test_the_first_bytes_are_kept_however_they_come(
    chunks: list[bytes], limit: int | None
) -> None:
    """What is kept is the beginning of all that came, as much as fits."""
    everything = b"".join(chunks)
    collector = Collector("stdout", limit)

    answers = [collector.feed(chunk) for chunk in chunks]

    fits = limit is None or len(everything) <= limit
    assert everything[:limit] == collector.value()
    assert fits is all(answers)
    assert fits is not collector.overflowed
