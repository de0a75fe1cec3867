from child_process._values.system_calls import NAMES
from child_process.security.seccomp_calls import REFUSED

OLD = {"create_module", "get_kernel_syms", "query_module", "uselib", "vserver"}


def test_every_refused_call_exists() -> None:
    """A misspelled name would refuse nothing."""
    assert set() == REFUSED - NAMES


def test_what_programs_need_is_not_refused() -> None:
    """Files, processes, signals, memory, time, Unix sockets and nested isolation."""
    needed = """
        openat read write mmap mprotect munmap brk execve execveat clone fork vfork
        wait4 waitid exit_group kill tgkill rt_sigaction prctl seccomp setuid setgid
        landlock_create_ruleset landlock_restrict_self unshare ioctl fcntl flock
        clock_gettime nanosleep futex epoll_pwait poll pipe2 socket socketpair connect
        sendmsg recvmsg getrandom memfd_create pidfd_open pidfd_send_signal chmod chown
        inotify_init1 sched_setaffinity personality process_madvise
    """

    assert set() == REFUSED & {*needed.split()}
    assert OLD < REFUSED
