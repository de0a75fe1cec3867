"""The tag table."""

from __future__ import annotations

from child_process.ipc import v8_tags as tags


def test_no_two_values_begin_alike() -> None:
    """Every tag that can begin a value is a byte of its own."""
    names = "UNDEFINED NULL TRUE FALSE HOLE INT32 UINT32 DOUBLE BIGINT ONE_BYTE "
    names += "TWO_BYTE UTF8 REFERENCE OBJECT DENSE_ARRAY SPARSE_ARRAY DATE MAP SET "
    names += "TRUE_OBJECT FALSE_OBJECT NUMBER_OBJECT STRING_OBJECT BIGINT_OBJECT "
    names += "REGEXP ARRAY_BUFFER RESIZABLE_BUFFER ERROR HOST_OBJECT PADDING"

    values = [getattr(tags, name) for name in names.split()]

    assert len(values) == len(set(values))


def test_numbers_of_views_are_nodes() -> None:
    """A Buffer is number 10; a Float16Array came last."""
    assert (10, 13) == (tags.VIEW_NUMBERS["Buffer"], tags.VIEW_NUMBERS["Float16Array"])
