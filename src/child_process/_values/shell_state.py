"""How far a line of shell has been read: its open commands and their words.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Frame", "Word"]


@dataclass(slots=True)
class Word:
    """A word that is being read.

    Attributes:
        text: What it says, without its quotes; `HOLE` and `EXPANDED` stand for
            what is not literal.
        bare: Whether it can be a reserved word, an assignment or a number:
            nothing that counts is quoted or expanded.
        braces: Whether a brace stands in it outside of quotes.
        last: Its last character, "" if that is quoted or no text.
        hole: The last hole in it.
        many: Whether that hole is a list.
    """

    text: str = ""
    bare: bool = True
    braces: bool = False
    last: str = ""
    hole: str | None = None
    many: bool = False


@dataclass(slots=True)
class Frame:
    """A list of commands, or what is in double quotes.

    Attributes:
        opener: "" for the line, "(", "$(" or a double quote.
        words: The words of the command that is being read.
        target: Whether the next word is where a redirection leads; "&" when
            it is a descriptor.
        closed: Whether a compound command has ended: no word follows.
    """

    opener: str = ""
    words: list[str] = field(default_factory=list)
    word: Word | None = None
    target: str = ""
    closed: bool = False

    @property
    def in_word(self) -> Word:
        """The word that is being read, begun if there is none."""
        if self.word is None:
            self.word = Word()
        return self.word
