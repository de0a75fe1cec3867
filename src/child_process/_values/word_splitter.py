"""Literal text cut into words as a shell would, with nothing expanded.

Layer: values. No I/O.

Only the literal text is read: a hole is an argument, or a part of one, and is
never looked at. What only a shell can do, a pipe or ``$HOME``, is refused and
not passed on as if it were text.
"""

from __future__ import annotations

from typing import Final

from child_process._masked import concat

__all__ = ["Unsplittable", "WordSplitter"]

_BLANKS: Final = " \t\n"
_SHELLS_OWN: Final = frozenset("|&;<>()$`*?[")
_IN_DOUBLE: Final = '"\\$`'
"""What a backslash protects inside of double quotes."""


class Unsplittable(Exception):
    """The text cannot be cut; why, how to write it, and whether a hole is meant."""

    def __init__(self, reason: str, expected: str, *, of_hole: bool = False) -> None:
        super().__init__(reason, expected)
        self.reason = reason
        self.expected = expected
        self.of_hole = of_hole


class WordSplitter:
    """Takes literal text and holes in their order, gives words.

    Attributes:
        words: The words that are complete.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self._parts: list[str] | None = None
        self._quote = ""
        self._escaped = False
        self._after_list = False

    def text(self, literal: str) -> None:
        """Read *literal*.

        Raises:
            Unsplittable: It needs a shell, or a list is glued to it.
        """
        for char in literal:
            if self._escaped:
                self._escape(char)
            elif self._quote:
                self._quoted(char)
            else:
                self._bare(char)

    def hole(self, words: tuple[str, ...], *, many: bool) -> None:
        """Take *words* for a hole, each of them as one argument.

        Raises:
            Unsplittable: A hole cannot stand here.
        """
        if self._quote or self._escaped:
            reason = "it stands inside quotes or after a backslash"
            expected = "leave them out: a hole is one argument already"
            raise Unsplittable(reason, expected, of_hole=True)
        if not self.words:
            reason = "data would choose the program"
            expected = "write the program, or use cmd(program, …)"
            raise Unsplittable(reason, expected, of_hole=True)
        if not many:
            self._add(words[0])
            return
        if self._parts is not None or self._after_list:
            self._glued()
        self.words += words
        self._after_list = True

    def finish(self) -> list[str]:
        """Return all words.

        Raises:
            Unsplittable: A quote is open, or there is no word at all.
        """
        if self._quote or self._escaped:
            what = f"the quote {self._quote}" if self._quote else "the last backslash"
            raise Unsplittable(f"{what} is never closed", "close it, or quote it")
        self._end_word()
        if not self.words:
            raise Unsplittable("there is no program", "begin with the program")
        return self.words

    def _bare(self, char: str) -> None:
        if char in _BLANKS:
            self._end_word()
            return
        if self._after_list:
            self._glued()
        if char in _SHELLS_OWN or (self._parts is None and char in "#~"):
            reason = f"{char!r} is for a shell, and no shell reads this"
            raise Unsplittable(reason, "quote it if it is text, or use sh()")
        if char == "\0":
            raise Unsplittable("it holds a NUL", "no argument can")
        if char == "\\":
            self._escaped = True
        elif char in "'\"":
            self._quote = char
            self._add("")
        else:
            self._add(char)

    def _quoted(self, char: str) -> None:
        if char == self._quote:
            self._quote = ""
        elif self._quote == '"' and char == "\\":
            self._escaped = True
        elif self._quote == '"' and char in "$`":
            reason = (
                f"{char!r} in double quotes is for a shell, and no shell reads this"
            )
            raise Unsplittable(reason, "use single quotes if it is text, or sh()")
        else:
            self._add(char)

    def _escape(self, char: str) -> None:
        self._escaped = False
        if char == "\n":
            return  # the line goes on
        kept = self._quote and char not in _IN_DOUBLE
        self._add(f"\\{char}" if kept else char)

    def _add(self, text: str) -> None:
        if self._after_list:
            self._glued()
        if self._parts is None:
            self._parts = []
        self._parts.append(text)

    def _end_word(self) -> None:
        self._after_list = False
        if self._parts is not None:
            # Alone, an argument that says what it is stays one that does.
            parts = self._parts
            self.words.append(parts[0] if len(parts) == 1 else concat(*parts))
            self._parts = None

    def _glued(self) -> None:
        reason = "a list is words of its own, and something is glued to it"
        expected = "put blanks round it, or join the list yourself"
        raise Unsplittable(reason, expected, of_hole=True)
