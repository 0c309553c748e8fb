"""The system calls that a confined process may make, as a filter program for the kernel.

An allow-list: Python, numpy and matplotlib need about a hundred calls and the kernel has four
hundred. What is not listed does not exist (ENOSYS), the answer for which every C library has a
fallback, so a newer one keeps working; what is dangerous is refused by name (EPERM), so that a
student reads "not permitted" rather than a riddle. Another ABI of the processor (32-bit, x32)
ends the process.

Threads are refused together with processes. No exercise needs one; numpy runs with one;
RLIMIT_NPROC does not count them while the grader is root, so thousands of them could exhaust
the machine; and results stay reproducible.

The process loads the program into itself (`bootstrap.py`) before any of the student's code, and
not bubblewrap with `--seccomp`: there it would be in force at the start of the interpreter
already and could not refuse `execve`.
"""

from __future__ import annotations

import errno
import mmap
import os
import tempfile
from functools import lru_cache


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ALLOWED = _names("""
    read pread64 preadv readv write pwrite64 pwritev writev lseek close close_range dup dup2
    dup3 pipe pipe2
    poll ppoll select pselect6 flock fsync fdatasync ftruncate fallocate fadvise64
    copy_file_range sendfile
    stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat
    getdents getdents64 getcwd chdir fchdir umask
    brk munmap mremap mprotect madvise msync mincore membarrier
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer
    setitimer alarm
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait
    sigaltstack pause
    restart_syscall
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp
    getpgid getsid
    getrusage getrlimit getpriority getcpu sched_yield sched_getaffinity sched_getparam
    sched_getscheduler
    sysinfo uname getrandom futex set_robust_list set_tid_address rseq arch_prctl exit exit_group
""")

# Changing what is on disk. Only where the disk is a small private tmpfs.
WRITING = _names("""
    creat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 symlink symlinkat truncate
""")

# Modes and times are refused everywhere: inside bubblewrap a worker of root's is the owner of
# the machine's own /dev/null, by its path and by the three standard descriptors.
REFUSED = _names("""
    fork vfork clone execve execveat
    socket socketpair socketcall bind connect listen accept accept4 sendto sendmsg sendmmsg
    recvfrom recvmsg recvmmsg
    memfd_create memfd_secret shmget shmat shmctl shmdt semget semop semctl msgget msgsnd msgrcv
    msgctl mq_open
    ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_open pidfd_getfd
    pidfd_send_signal
    kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo
    unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsmount fspick
    mount_setattr
    bpf io_uring_setup io_uring_enter io_uring_register userfaultfd perf_event_open keyctl
    add_key request_key
    personality name_to_handle_at open_by_handle_at seccomp setsid setpgid setpriority
    sched_setaffinity
    sched_setscheduler ioprio_set setuid setgid setreuid setregid setresuid setresgid setgroups
    setfsuid setfsgid
    capset setrlimit init_module finit_module delete_module kexec_load reboot swapon swapoff
    acct sethostname
    settimeofday clock_settime adjtimex quotactl syslog mknod mknodat link linkat
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
""")

# Numbers of include/uapi/asm-generic, the same on x86-64 and arm64. fcntl's F_SETOWN and
# F_SETSIG and ioctl's FIOSETOWN would send signals, TIOCSTI would type into a terminal,
# PR_SET_PDEATHSIG would outlive the grader.
FCNTL = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    1030,
    1031,
    1032,
)  # DUPFD GETFD SETFD GETFL SETFL locks DUPFD_CLOEXEC PIPE_SZ
IOCTL = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    0x5450,
    0x5451,
)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIO(N)CLEX
PRCTL = (15, 16, 0x53564D41)  # SET_NAME GET_NAME SET_VMA

_SHARED_ANONYMOUS = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
_OPENS_FOR_WRITING = (
    os.O_WRONLY,
    os.O_RDWR,
    os.O_CREAT,
    os.O_TRUNC,
    os.O_TMPFILE & ~os.O_DIRECTORY,
)


def missing() -> str | None:
    """Say why no filter can be written here; None if one can."""
    try:
        import pyseccomp  # noqa: F401
    except ImportError:
        return (
            "the Python package pyseccomp is not installed; "
            "run: pip install 'unrolled-autograder[grading]'"
        )
    except RuntimeError:
        return (
            "the library libseccomp is not installed; run: apt-get install libseccomp2 "
            "(Debian, Ubuntu) "
            "or dnf install libseccomp (Fedora)"
        )
    return None


@lru_cache(maxsize=2)
def program(writing: bool) -> bytes:
    """Compile the filter for this machine's processor.

    Parameters
    ----------
    writing : bool
        Whether files may be created and changed.

    Returns
    -------
    bytes
        An array of `struct sock_filter`.
    """
    import pyseccomp as sc

    rules = sc.SyscallFilter(sc.ERRNO(errno.ENOSYS))
    rules.set_attr(sc.Attr.ACT_BADARCH, sc.KILL_PROCESS)
    for name in (*ALLOWED, *(WRITING if writing else ())):
        _rule(rules, sc.ALLOW, name)
    for name in REFUSED:
        _rule(rules, sc.ERRNO(errno.EPERM), name)
    for name, numbers in (("fcntl", FCNTL), ("ioctl", IOCTL)):
        for number in numbers:
            _rule(rules, sc.ALLOW, name, sc.Arg(1, sc.EQ, number))
    for number in PRCTL:
        _rule(rules, sc.ALLOW, "prctl", sc.Arg(0, sc.EQ, number))
    _rule(
        rules, sc.ALLOW, "prlimit64", sc.Arg(0, sc.EQ, 0)
    )  # of the process itself, downwards
    _memory(rules)
    _opening(rules, writing)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _memory(rules) -> None:
    """Allow every mapping but shared anonymous ones, which outlive a process and belong to none."""
    import pyseccomp as sc

    for kind, action in (
        (0, sc.ALLOW),
        (mmap.MAP_SHARED, sc.ALLOW),
        (mmap.MAP_ANONYMOUS, sc.ALLOW),
        (_SHARED_ANONYMOUS, sc.ERRNO(errno.EPERM)),
    ):
        _rule(rules, action, "mmap", sc.Arg(3, sc.MASKED_EQ, _SHARED_ANONYMOUS, kind))


def _opening(rules, writing: bool) -> None:
    import pyseccomp as sc

    for name, argument in (("open", 1), ("openat", 2)):
        if writing:
            _rule(rules, sc.ALLOW, name)
            continue
        every = sum(_OPENS_FOR_WRITING)
        _rule(rules, sc.ALLOW, name, sc.Arg(argument, sc.MASKED_EQ, every, 0))
        for flag in _OPENS_FOR_WRITING:
            _rule(
                rules,
                sc.ERRNO(errno.EROFS),
                name,
                sc.Arg(argument, sc.MASKED_EQ, flag, flag),
            )
    if not writing:
        for name in WRITING:
            _rule(rules, sc.ERRNO(errno.EROFS), name)


def _rule(rules, action: int, name: str, *arguments) -> None:
    """Add a rule; a call that this processor or libseccomp does not know gets ENOSYS as any
    other.
    """
    import pyseccomp as sc

    number = sc.resolve_syscall(sc.Arch.NATIVE, name)
    if number >= 0:
        rules.add_rule(action, number, *arguments)
