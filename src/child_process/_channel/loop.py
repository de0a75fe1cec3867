"""What a channel needs of an event loop: `Loop`.

Layer: channel. For type checkers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Loop"]


class Loop(Protocol):
    """What a channel needs of a loop."""

    def add_reader(self, fd: int, callback: Callable[..., Any], /) -> Any:
        """Call *callback* whenever *fd* is readable."""

    def remove_reader(self, fd: int, /) -> Any:
        """Stop calling."""

    def add_writer(self, fd: int, callback: Callable[..., Any], /) -> Any:
        """Call *callback* whenever *fd* is writable."""

    def remove_writer(self, fd: int, /) -> Any:
        """Stop calling."""

    def call_soon(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call *callback* on the next turn."""

    def call_soon_threadsafe(self, callback: Callable[..., Any], /, *args: Any) -> Any:
        """Call *callback* on the next turn, whatever thread this is."""

    def is_closed(self) -> bool:
        """Whether it will never turn again."""
