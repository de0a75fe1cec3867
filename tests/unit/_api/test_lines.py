from child_process import sh
from child_process._api.lines import as_line, in_shell
from tests.support.template_strings import interpolation, template_string


def test_a_template_string_is_a_line() -> None:
    """What is anything else stays what it is."""
    text = template_string("cat ", interpolation("a b"), "")

    assert sh("cat {f}", f="a b") == as_line(text)
    assert "cat" == as_line("cat")


def test_a_line_of_sh_has_a_shell() -> None:
    """Unless the call says which one."""
    line = sh("p")

    assert {"shell": True} == in_shell(line, {})
    assert {"shell": "/bin/bash"} == in_shell(line, {"shell": "/bin/bash"})
    assert {"shell": False} == in_shell(line, {"shell": False})
    assert {} == in_shell("p", {})
