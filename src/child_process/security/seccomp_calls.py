"""What the two stock filters of system calls refuse.

Layer: security. No I/O.

A list of what to refuse, not of what to allow: a program that runs without the
filter runs with it, unless it does what only the administration of a system
does. What is refused here can change the system, look into other processes, or
has been the way into the kernel again and again.

Source: the lists of Docker's default profile and of systemd's ``@privileged``
groups, less what ordinary programs use.
"""

from __future__ import annotations

from typing import Final

__all__ = ["REFUSED"]

_GROUPS: Final = {
    "mounting": """
        mount umount2 pivot_root chroot open_tree open_tree_attr move_mount fsopen
        fsconfig fsmount fspick mount_setattr quotactl quotactl_fd swapon swapoff
    """,
    "other processes": """
        ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd
    """,
    "the kernel itself": """
        kexec_load kexec_file_load init_module finit_module delete_module
        create_module query_module get_kernel_syms bpf perf_event_open reboot syslog
        lookup_dcookie nfsservctl uselib _sysctl sysfs ustat vserver
    """,
    "keys of other sessions": "keyctl add_key request_key",
    "the machine": """
        iopl ioperm modify_ldt settimeofday clock_settime clock_adjtime adjtimex
        sethostname setdomainname acct vhangup
    """,
    # Past the check of every other call: a ring opens files and sockets.
    "asynchronous system calls": "io_uring_setup io_uring_enter io_uring_register",
    "what exploits are built with": "userfaultfd fanotify_init",
    # Files by number, past every directory that is in the way.
    "files without a path": "open_by_handle_at",
    "namespaces": "setns",
}

REFUSED: Final = frozenset(" ".join(_GROUPS.values()).split())
"""By name; `seccomp` adds the calls of which it looks at the arguments."""
