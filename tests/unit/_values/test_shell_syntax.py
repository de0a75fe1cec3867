import re

import pytest

from child_process._values import shell_syntax as syntax


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (syntax.PARAMETER, "$ab c", "$ab"),
        (syntax.PARAMETER, "$1a", "$1"),
        (syntax.PARAMETER, "$?", "$?"),
        (syntax.PARAMETER, "$a:/b", "$a:"[:2]),
        (syntax.PARAMETER, "$ab[", None),
        (syntax.PARAMETER, "$ab:h", None),
        (syntax.PARAMETER, "$'", None),
        (syntax.BRACED, "${a:-b c}d", "${a:-b c}"),
        (syntax.BRACED, "${a[1]}", None),
        (syntax.BRACED, "${a:-'}'}", None),
        (syntax.BRACED, "${a:-$b}", None),
        (syntax.BRACED, "${a}[1]", None),
        (syntax.SUM, "$((a + 1))", "$((a + 1))"),
        (syntax.SUM, "$(((1)))", None),
        (syntax.BACKTICKS, "`a b`c", "`a b`"),
        (syntax.BACKTICKS, "`a\\`b`", None),
        (syntax.REDIRECTION, ">>", ">>"),
        (syntax.REDIRECTION, ">|", ">|"),
        (syntax.REDIRECTION, "<>", "<>"),
        (syntax.REDIRECTION, "<<", None),
        (syntax.REDIRECTION, "<(", None),
        (syntax.REDIRECTION, ">!", None),
        (syntax.SEPARATOR, "&&", "&&"),
        (syntax.SEPARATOR, "|&", "|&"),
        (syntax.SEPARATOR, ";", ";"),
        (syntax.SEPARATOR, ";;", None),
        (syntax.SEPARATOR, "&>", None),
        (syntax.SEPARATOR, "&|", None),
    ],
)
def test_a_sign_is_known_or_it_is_not(
    pattern: re.Pattern[str], text: str, expected: str | None
) -> None:
    """No shorter beginning of something unknown is taken for it."""
    found = pattern.match(text)

    assert expected == (found[0] if found else None)
