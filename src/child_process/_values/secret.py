"""A value that is handed to a child and shown to nobody: `Secret`.

Layer: values. No I/O.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NoReturn, final

from child_process._masked import MASK, NO_PICKLE, Masked, hidden_in
from child_process._values.checks import string
from child_process.errors import OptionError, OptionTypeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from child_process._values.options import SpawnOptions

__all__ = ["Secret", "SecretFile", "content", "secret_file", "secrets_of", "word"]

_tokens = count(1)


@final
class Secret:
    """A value that never prints: a password, a token, a key.

    Give it as an argument, as the value of a variable in ``env=``, as
    ``input=``, or into a template: the child gets the value, and every repr,
    message, log line and record gets ``***``. Where the child itself writes
    it, an error's copy of the output is masked.

    An argument can be read by every user of the system while the child runs
    (``ps``, ``/proc/PID/cmdline``): the environment, ``input=`` and
    `secret_file` keep it from them.

    Args:
        value: Text or bytes. Values shorter than four characters are masked
            where they are given, but not looked for in output.
    """

    __slots__ = ("_value",)

    _value: str | bytes

    def __init__(self, value: str | bytes) -> None:
        if isinstance(value, Secret):
            value = value.reveal()
        if not isinstance(value, str | bytes):
            # The type only: whatever it is, it was meant to be secret.
            raise OptionTypeError("Secret", type(value).__name__, "str or bytes")
        self._value = value

    def reveal(self) -> str | bytes:
        """Return the value."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time; only with another `Secret`."""
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # slow to import, and few compare secrets

        return hmac.compare_digest(content(self), content(other))

    def __hash__(self) -> int:
        return hash(content(self))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(NO_PICKLE)


@final
class SecretFile:
    """What `secret_file` returns: an argument that is the path of a secret."""

    __slots__ = ("_data", "_token")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._token = f"secret-file-{next(_tokens)}"

    def __repr__(self) -> str:
        return f"secret_file({MASK!r})"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(NO_PICKLE)

    def _word(self) -> Masked:
        text = f"/dev/fd/{self._token}"
        # The path is no secret; what is read there is.
        hidden = self._data.decode("utf-8", "surrogateescape")
        files = {self._token: self._data}
        return Masked(text, "/dev/fd/***", (hidden,), files, exposed=False)


def secret_file(value: Secret | str | bytes) -> SecretFile:
    """Return an argument by which a child reads *value* as a file.

    The child gets a descriptor and, as the argument, its path
    (``/dev/fd/3``): the value is in no command line and in no file system.
    ``["--password-file", secret_file(token)]`` is one use of it.
    """
    return SecretFile(content(value if isinstance(value, Secret) else Secret(value)))


def word(option: str, value: object) -> str:
    """Return *value* as `string` does; secrets as text that is masked.

    Raises:
        OptionTypeError: It is something else: a number, None, a list ….
        OptionError: It holds a NUL, or characters that cannot be encoded.
    """
    if isinstance(value, Secret):
        return Masked(_unseen(string, option, value))
    if isinstance(value, SecretFile):
        return value._word()  # noqa: SLF001 - of this module
    return string(option, value)


def secrets_of(argv: Iterable[str], options: SpawnOptions) -> frozenset[str]:
    """Return the secrets that a call gives its child, to be masked in output."""
    found = hidden_in([*argv, *(options.env or {}).values()])
    if isinstance(options.input, Secret):
        text = content(options.input).decode("utf-8", "surrogateescape")
        return found | {text}
    return found


def content(secret: Secret) -> bytes:
    """Return the value of *secret* as bytes; text as UTF-8."""
    value = secret.reveal()
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _unseen(check: Callable[[str, object], str], option: str, value: Secret) -> str:
    """Return what *check* makes of the value; its error holds the mask."""
    try:
        return check(option, value.reveal())
    except OptionError as error:
        expected = error.expected
    # Outside of the handler: a context would hold the value.
    raise OptionError(option, value, expected)
