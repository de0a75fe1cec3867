"""Where data stands in a line of shell: `ShellReader`.

Layer: values. No I/O.

It reads the literal text of a template as sh, bash, zsh, busybox, ksh and
mksh do, and says of each hole whether it is one argument there. It is no
complete grammar, and does not want to be: behind anything that it does not
know, or that these shells read in different ways, no hole is accepted.

Checked against real shells in ``tests/property/test_shell_templates.py``.
"""

from __future__ import annotations

from child_process._values.shell_rules import (
    EXPANDED,
    HOLE,
    assigned_name,
    is_special,
    late_objection,
    objection,
)
from child_process._values.shell_state import Frame, Word
from child_process._values.shell_syntax import (
    ARGUMENTS,
    BACKTICKS,
    BRACED,
    CLOSERS,
    GLUED,
    INDEXED,
    OPENERS,
    PARAMETER,
    REDIRECTION,
    SEPARATOR,
    SINGLE,
    SUM,
    UNREAD,
    UNSURE,
    VARIABLE,
    Unsafe,
)

__all__ = ["ShellReader"]


class ShellReader:
    """Takes the parts of a template in their order; raises at what is unsafe."""

    def __init__(self) -> None:
        self._frames = [Frame()]
        self._lost: tuple[str, str] | None = None
        self._comment = False
        self._glue = ""
        self._open_quote = False

    def text(self, literal: str) -> None:
        """Read *literal*.

        Raises:
            Unsafe: It holds a NUL, or spoils a hole that came before it.
        """
        if HOLE in literal:
            raise Unsafe(None, "the text holds a NUL", "leave it out: it ends a string")
        if literal:
            self._glue = ""
        at = 0
        while at < len(literal) and self._lost is None:
            if self._comment:
                at = self._skip_comment(literal, at)
            elif self._frame.opener == '"':
                at = self._quoted(literal, at)
            else:
                at = self._bare(literal, at)

    def hole(self, name: str, *, many: bool) -> None:
        """Take the hole *name*, a list if *many*.

        Raises:
            Unsafe: It would not be one word, or not only a word.
        """
        frame = self._frame
        word = frame.word or Word()
        if problem := self._misplaced(frame, word, many=many):
            raise Unsafe(name, *problem)
        word.hole = name
        word.many = many
        word.text += HOLE
        word.last = ""
        frame.word = word

    def finish(self) -> None:
        """Read the end of the line.

        Raises:
            Unsafe: A quote or a parenthesis is open.
        """
        if self._open_quote or self._frame.opener == '"':
            raise Unsafe(None, "a quote or a brace is never closed", "close it")
        if self._lost is not None:
            return
        if len(self._frames) > 1:
            raise Unsafe(None, "a parenthesis is never closed", "close it")
        if self._glue == "\\":
            raise Unsafe(None, "it ends with a backslash", "leave it out, or quote it")
        self._end_command()

    # Holes

    def _misplaced(
        self, frame: Frame, word: Word, *, many: bool
    ) -> tuple[str, str] | None:
        """Return why no hole can stand here, and what would do."""
        if self._lost is not None:
            return self._lost
        if self._comment:
            return "it stands in a comment", "leave it out"
        if frame.opener == '"':
            return "it stands inside quotes, and brings its own", "leave the quotes out"
        if self._glue:
            return f"{self._glue} before it would read its quotes", VARIABLE
        if word.many or (many and frame.word is not None):
            return GLUED
        if (word.bare and word.text == "=") or word.last == "~":
            return f"a {word.last} before it is expanded", VARIABLE
        if frame.target:
            return self._as_target(frame, many=many)
        if frame.closed:
            return "no word can stand here", "write ; or a line break before it"
        if not frame.words:
            return self._as_command(word, many=many)
        reason = objection(frame.words, word.text, many=many)
        return (reason, ARGUMENTS) if reason else None

    def _as_target(self, frame: Frame, *, many: bool) -> tuple[str, str] | None:
        if frame.target == "&":
            return "data would choose a descriptor", "write its number"
        if many:
            return "a redirection leads to one place", "give one path"
        return None

    def _as_command(self, word: Word, *, many: bool) -> tuple[str, str] | None:
        name = assigned_name(word.text) if word.bare else None
        if name is None or many:
            reason = "data would choose the program"
            return reason, "write the program; data are its arguments"
        if is_special(name):
            return f"the shell itself obeys {name}", f"set it with env={{'{name}': …}}"
        return None

    def _lose(self, reason: str, expected: str = VARIABLE) -> None:
        """Accept no hole from here on; refuse one that this could still change."""
        for frame in self._frames:
            if frame.word is not None and frame.word.hole is not None:
                raise Unsafe(frame.word.hole, f"it is glued to {reason}", VARIABLE)
            if frame.words[:1] in (["["], ["test"]) and HOLE in frame.words[-1]:
                raise Unsafe(None, f"data is compared by {reason}", VARIABLE)
        self._lost = f"it stands behind {reason}", expected

    # Text

    @property
    def _frame(self) -> Frame:
        return self._frames[-1]

    def _skip_comment(self, text: str, at: int) -> int:
        end = text.find("\n", at)
        if end < 0:
            return len(text)
        self._comment = False
        return end

    def _bare(self, text: str, at: int) -> int:
        """Read what stands at *at*, outside of quotes; return where it ends."""
        char = text[at]
        if char in " \t":
            self._end_word()
            return at + 1
        if char in "\n;&|":
            return self._separator(text, at)
        if char in "<>":
            return self._redirection(text, at)
        if char in "()":
            return self._parenthesis(text, at)
        if char == "#" and self._frame.word is None:
            return self._start_comment(at)
        if char < " " or char == "\x7f" or (char > "\x7f" and char.isspace()):
            self._lose(f"the character {char!r}, which shells read in different ways")
            return at
        if self._frame.word is not None and self._frame.word.many:
            raise Unsafe(self._frame.word.hole, *GLUED)
        if char in "\\'\"$`":
            return self._quoting(text, at)
        word = self._frame.in_word
        word.text += char
        word.last = char
        word.braces = word.braces or char in "{}"
        return at + 1

    def _quoting(self, text: str, at: int) -> int:
        word = self._frame.word
        match text[at]:
            case "\\":
                return self._backslash(text, at)
            case "'":
                found = SINGLE.match(text, at)
                if found is None:
                    self._open_quote = True
                    self._lose("an open quote", "leave the quotes out")
                    return at
                self._add_quoted(found[1])
                return found.end()
            case '"':
                self._add_quoted("")
                self._frames.append(Frame('"'))
                return at + 1
            case _:
                if word is None:
                    word = self._frame.in_word
                word.bare = word.bare and assigned_name(word.text) is not None
                return self._expansion(text, at)

    def _add_quoted(self, text: str) -> None:
        word = self._frame.in_word
        # What begins with NAME= stays an assignment, whatever follows.
        word.bare = word.bare and assigned_name(word.text) is not None
        word.text += text
        word.last = ""

    def _backslash(self, text: str, at: int) -> int:
        after = text[at + 1 : at + 2]
        if not after:
            self._glue = "\\"
            return at + 1
        if after != "\n":
            self._add_quoted(after)
            return at + 2
        # A line goes on. Between the halves of a word, or of an operator,
        # that is too clever.
        if self._frame.word is not None or (at and text[at - 1] not in " \t\n"):
            self._lose("a line break in the middle of a word")
            return at
        return at + 2

    def _quoted(self, text: str, at: int) -> int:
        """Read what stands at *at*, in double quotes; return where it ends."""
        char = text[at]
        outer = self._frames[-2].in_word
        if char == '"':
            self._frames.pop()
            return at + 1
        if char == "\\":
            outer.text += text[at + 1 : at + 2]
            return at + 2
        if char in "$`":
            return self._expansion(text, at)
        outer.text += char
        return at + 1

    def _expansion(self, text: str, at: int) -> int:
        """Read what begins with ``$`` or a backtick, in or out of quotes."""
        for known in (PARAMETER, BRACED, SUM, BACKTICKS):
            if found := known.match(text, at):
                self._expanded()
                return found.end()
        if text.startswith("$(", at) and not text.startswith("$((", at):
            self._expanded()
            self._frames.append(Frame("$("))
            return at + 2
        after = text[at + 1 : at + 2]
        quoted = self._frame.opener == '"'
        if text[at] == "$" and not after and not quoted:
            self._glue = "$"
            self._frame.in_word.last = "$"
            return at + 1
        if text[at] == "$" and after in (' \n\t"' if quoted else " \n\t"):
            self._expanded()
            return at + 1
        # dash reads on behind the end of the line.
        self._open_quote = text.startswith("${", at) and "}" not in text[at:]
        self._lose(f"{text[at : at + 3]}…, which shells read in different ways")
        return at

    def _expanded(self) -> None:
        """Note that the word holds something that only the shell knows."""
        quoted = self._frame.opener == '"'
        frame = self._frames[-2] if quoted else self._frame
        word = frame.in_word
        word.text += EXPANDED
        word.last = ""
        if frame.target == "&":
            # bash takes it for a file's name then, and expands it once more.
            self._lose("an expansion that chooses a descriptor")

    def _separator(self, text: str, at: int) -> int:
        found = SEPARATOR.match(text, at)
        if found is None:
            self._lose(f"{text[at : at + 2]}, which shells read in different ways")
            return at
        self._end_command()
        return found.end()

    def _redirection(self, text: str, at: int) -> int:
        found = REDIRECTION.match(text, at)
        if found is None:
            what = text[at : at + 2]
            if what == "<<":
                self._lose("<<, a here-document", "give the text by input=")
            else:
                self._lose(f"{what}, which shells read in different ways")
            return at
        frame = self._frame
        if frame.word is not None and frame.word.bare:
            if frame.word.text.isdigit():
                frame.word = None  # the number of a descriptor
            elif frame.word.braces:
                self._lose("braces before a redirection")
                return at
        self._end_word()
        frame.target = "&" if found[0].endswith("&") else "file"
        return found.end()

    def _parenthesis(self, text: str, at: int) -> int:
        frame = self._frame
        if text[at] == "(":
            if frame.word is not None or frame.words or frame.closed or frame.target:
                self._lose("a parenthesis that opens no subshell")
                return at
            if text.startswith("((", at):
                self._lose("((, which is arithmetic")
                return at
            self._frames.append(Frame("("))
            return at + 1
        if frame.opener not in {"(", "$("}:
            raise Unsafe(None, "a parenthesis is closed that is not open", "quote it")
        self._end_command()
        self._frames.pop()
        if frame.opener == "(":
            self._frame.closed = True
        return at + 1

    def _start_comment(self, at: int) -> int:
        if len(self._frames) > 1:
            self._lose("a comment in parentheses", "leave the comment out")
            return at
        self._comment = True
        return at + 1

    # Words

    def _end_word(self) -> None:
        frame = self._frame
        word, frame.word = frame.word, None
        if word is None:
            return
        if word.hole is not None and word.braces:
            reason = "braces around it could make several words of it"
            raise Unsafe(word.hole, reason, "quote the braces")
        if frame.target:
            frame.target = ""
        elif frame.words:
            self._argument(frame, word)
        elif word.bare and word.hole is None and word.text in OPENERS:
            frame.closed = False
        elif word.bare and word.hole is None and word.text in CLOSERS:
            frame.closed = True
        elif frame.closed:
            self._lose(f"{word.text} where no word can stand")
        else:
            self._command(frame, word)

    def _command(self, frame: Frame, word: Word) -> None:
        if word.bare and (word.text in UNREAD or INDEXED.match(word.text)):
            self._lose(f"{word.text}, whose grammar is not read here")
        elif word.braces or (word.bare and UNSURE.match(word.text)):
            self._lose(f"{word.text}, where a command begins")
        elif not (word.bare and assigned_name(word.text)):
            frame.words.append(word.text)

    def _argument(self, frame: Frame, word: Word) -> None:
        if word.bare and word.text in {"{", "}"}:
            self._lose("a brace that is an argument to some shells")
            return
        frame.words.append(word.text)
        if reason := late_objection(frame.words):
            raise Unsafe(None, reason, "compare numbers in Python")

    def _end_command(self) -> None:
        self._end_word()
        frame = self._frame
        if frame.target:
            self._lose("a redirection that leads nowhere")
        frame.words.clear()
        frame.closed = False
