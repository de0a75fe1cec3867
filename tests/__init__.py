"""The suite. A package only so that `tests.support` can be imported."""
