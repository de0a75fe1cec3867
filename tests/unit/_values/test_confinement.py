from child_process._values.confinement import Confinement


def test_nothing_is_given_up_by_default() -> None:
    """An empty one changes nothing."""
    nothing = Confinement()

    assert (0, False, -1, b"") == (
        nothing.unshare,
        nothing.no_new_privs,
        nothing.landlock_fd,
        nothing.seccomp,
    )
