import pytest

from child_process.security.matching import match
from tests.support.grammars import invented

X = "nothing"


@pytest.mark.parametrize(
    ("program", "word", "expected"),
    [
        # long options
        ("gnu", "--verbose", [("--verbose", "--verbose", None, X)]),
        ("gnu", "--number", [("--number", "--number", None, "value")]),
        ("gnu", "--number=", [("--number", "--number", "", X)]),
        ("gnu", "--number=a=b", [("--number", "--number", "a=b", X)]),
        ("gnu", "--color", [("--color", "--color", None, X)]),
        ("gnu", "--color=x", [("--color", "--color", "x", X)]),
        ("gnu", "--verbose=x", [("--verbose", "--verbose", "x", X)]),
        ("gnu", "--nosuch=1", [("--nosuch", None, "1", X)]),
        # beginnings of long options; the worst of several
        ("gnu", "--num=3", [("--num", "--number", "3", X)]),
        ("gnu", "--verb", [("--verb", "--verb-exec", None, "value")]),
        ("gnu", "--verbo", [("--verbo", "--verbose", None, X)]),
        ("gnu", "--o", [("--o", "--output", None, "value")]),
        ("gnu", "--lo", [("--lo", "--load", None, X)]),
        ("near", "--a=1", [("--a", "--ab", "1", X)]),
        ("near", "--b=1", [("--b", "--bz", "1", X)]),
        ("near", "--c=1", [("--c", "--cz", "1", X)]),
        ("near", "--d=1", [("--d", "--dz", "1", X)]),
        ("two", "--un=x", [("--un", None, "x", X)]),
        # short options
        ("gnu", "-v", [("-v", "-v", None, X)]),
        ("gnu", "-vz", [("-v", "-v", None, X), ("-z", "-z", None, X)]),
        ("gnu", "-n", [("-n", "-n", None, "value")]),
        ("gnu", "-n5", [("-n", "-n", "5", X)]),
        ("gnu", "-vn=5", [("-v", "-v", None, X), ("-n", "-n", "=5", X)]),
        ("gnu", "-vX", [("-v", "-v", None, X), ("-X", "-X", None, "value")]),
        ("gnu", "-k", [("-k", "-k", None, X)]),
        ("gnu", "-kv", [("-k", "-k", "v", X)]),
        ("gnu", "-qX", [("-q", None, None, X), ("-X", "-X", None, "value")]),
        # short options of two letters
        ("two", "-rTT", [("-r", "-r", None, X), ("-TT", "-TT", None, "value")]),
        ("two", "-TTx", [("-TT", "-TT", "x", X)]),
        ("two", "-nwr", [("-nw", "-nw", None, X), ("-r", "-r", None, X)]),
        ("two", "-Tr", [("-T", "-T", None, X), ("-r", "-r", None, X)]),
        # what follows is another program's
        ("posix", "-c", [("-c", "-c", None, "last")]),
        ("posix", "-vcx", [("-v", "-v", None, X), ("-c", "-c", "x", "last")]),
        ("posix", "-m", [("-m", "-m", None, "program")]),
        ("posix", "-mx", [("-m", "-m", "x", "program")]),
        ("gnu", "--arg", [("--arg", "--arg", None, "pair")]),
        # long options with one dash
        ("single", "-name", [("-name", "-name", None, "value")]),
        ("single", "--name", [("--name", "-name", None, "value")]),
        ("single", "-name=x", [("-name", "-name", "x", X)]),
        ("single", "--in=x", [("-in", "-in", "x", X)]),
        ("single", "-print", [("-print", "-print", None, X)]),
        ("single", "-exec", [("-exec", "-exec", None, "command")]),
        ("single", "-std=c99", [("-std=", "-std=", "c99", X)]),
        ("single", "-I/usr", [("-I", "-I", "/usr", X)]),
        ("single", "-Wlx1", [("-Wlx", "-Wlx", "1", X)]),
        ("single", "-Wl,1", [("-Wl", "-Wl", ",1", X)]),
        ("single", "-c:v", [("-c:v", "-c", None, "value")]),
        ("single", "-name=a=b", [("-name", "-name", "a=b", X)]),
        ("single", "-c:v:1", [("-c:v:1", "-c", None, "value")]),
        ("single", "-l", [("-l", "-l", None, X)]),
        ("single", "xin", [("xin", None, None, X)]),
        ("single", "-nosuch=1=2", [("-nosuch", None, None, X)]),
        ("single", "-nosuch=1", [("-nosuch", None, None, X)]),
        ("single", "-nam", [("-nam", None, None, X)]),
    ],
)
def test_a_word_uses_options(
    program: str, word: str, expected: list[tuple[str, str | None, str | None, str]]
) -> None:
    """In full, by a beginning, in a bundle, with a value or without."""
    found = match(invented(program), word)

    assert expected == [
        (m.name, m.option and m.option.name, m.value, m.wants) for m in found
    ]
