from child_process._values.shell_state import Frame


def test_a_word_begins_when_it_is_asked_for() -> None:
    """And stays the same until it is taken away."""
    frame = Frame()

    assert frame.word is None
    assert frame.in_word is frame.in_word
    assert frame.word is frame.in_word
