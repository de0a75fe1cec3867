/* Make the child, wait until its program runs, and learn how that went.
 *
 * The child borrows our memory and this thread waits meanwhile (vfork's way), so
 * that a start costs the same whatever the memory of this program. clone(2)
 * rather than clone3(2): the C library's call gives the child a stack of its
 * own on every architecture, and CLONE_PIDFD is known to both.
 */
#include "_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { STACK = 32 * 1024 };

/* Milliseconds to wait before a start is tried again that found no room. */
static const int PAUSES[] = {5, 20, 80};

static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;

static int begin(void *start) {
    child_become(start);
}

static bool is_refused(int number) {
    return number == ENOSYS || number == EPERM || number == EINVAL;
}

/* Not the C library's: nothing of others is to run in the child, or here. */
static pid_t plain_fork(void) {
#ifdef SYS_fork
    return (pid_t)syscall(SYS_fork);
#else
    return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

/* Where a sandbox allows neither clone nor vfork: the memory is copied, and the
 * child tells by a pipe, which its program closes. */
static pid_t by_fork(struct start *start) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    /* Not where one of the child's descriptors will be. */
    start->report = fcntl(ends[1], F_DUPFD_CLOEXEC, start->plan.count);
    close(ends[1]);
    pid_t pid = start->report < 0 ? -1 : plain_fork();
    if (pid == 0)
        child_become(start);
    int error = errno;
    if (start->report >= 0)
        close(start->report);
    start->report = -1;
    int outcome[2];
    ssize_t size = 0;
    while (pid > 0 && (size = read(ends[0], outcome, sizeof outcome)) < 0 &&
           errno == EINTR)
        ;
    if (size == sizeof outcome) {
        start->step = outcome[0];
        start->error = outcome[1];
    }
    close(ends[0]);
    errno = error;
    return pid;
}

/* A function of its own: the child may not return from where vfork was called. */
static __attribute__((noinline)) pid_t by_vfork(struct start *start) {
    pid_t pid = vfork();
    if (pid == 0)
        child_become(start);
    return pid;
}

static pid_t by_clone(struct start *start) {
    char stack[STACK] __attribute__((aligned(16)));
    int pidfd = -1;
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    pid_t pid = clone(begin, stack + STACK, flags | CLONE_PIDFD, start, &pidfd);
    if (pid < 0 && is_refused(errno))
        pid = clone(begin, stack + STACK, flags, start, NULL);
    start->pidfd = pid > 0 ? pidfd : -1;
    return pid;
}

static pid_t make_child(struct start *start) {
    unsigned long all[16], before[16];
    for (int i = 0; i < 16; i++)
        all[i] = ~0UL;
    /* Our handlers must not run in the child, which shares our memory. */
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, before, KERNEL_SIGNALS);
    pid_t pid = by_clone(start);
    if (pid < 0 && is_refused(errno))
        pid = by_vfork(start);
    if (pid < 0 && is_refused(errno))
        pid = by_fork(start);
    int error = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, before, NULL, KERNEL_SIGNALS);
    errno = error;
    return pid;
}

static void forget_child(struct start *start) {
    while (waitpid(start->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    start->pid = 0;
    if (start->pidfd >= 0)
        close(start->pidfd);
    start->pidfd = -1;
}

/* Older than Linux 5.2, or refused: by number, which is still the child's. */
static void open_pidfd(struct start *start) {
    start->pidfd = (int)syscall(SYS_pidfd_open, start->pid, 0);
    if (start->pidfd >= 0 || (errno != EMFILE && errno != ENFILE))
        return; /* without one, a thread waits */
    start->step = STEP_STDIO;
    start->error = errno;
    bool leads = start->plan.session || start->plan.group;
    kill(leads ? -start->pid : start->pid, SIGKILL);
    forget_child(start);
}

static void try_once(struct start *start) {
    start->error = 0;
    start->report = -1;
    start->pidfd = -1;
    start->parent = getpid();
    pid_t pid = make_child(start);
    if (pid < 0) {
        start->step = STEP_FORK;
        start->error = errno;
        return;
    }
    start->pid = pid;
    if (start->error)
        forget_child(start);
    else if (start->pidfd < 0)
        open_pidfd(start);
}

static void try_until_there_is_room(struct start *start) {
    for (size_t i = 0; i < sizeof PAUSES / sizeof *PAUSES; i++) {
        try_once(start);
        if (start->error != EAGAIN)
            return;
        struct timespec pause = {0, 1000000L * PAUSES[i]};
        nanosleep(&pause, NULL);
    }
    try_once(start);
}

/* Close what the child has now, so that its end of a pipe is its alone. */
void parent_close(struct start *start) {
    for (int i = 0; i < start->plan.wired; i++)
        close(start->plan.wires[i][0]);
    start->plan.wired = 0;
    if (start->plan.landlock >= 0)
        close(start->plan.landlock);
    start->plan.landlock = -1;
}

/* A child that changes its user in our memory makes that, ours as well, closed to
 * debuggers and /proc; for good, if nobody took it back. One at a time: another one
 * would take the first one's doing for our own. */
static void start_as_another(struct start *start) {
    pthread_mutex_lock(&changing);
    int open = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    try_until_there_is_room(start);
    if (open == 1)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    pthread_mutex_unlock(&changing);
}

/* Here and not in the call: a folder of PATH may be far away, and slow. */
static bool look_up(struct plan *plan, char *found) {
    if (!plan->path)
        return true;
    if (!find_program(plan->path, plan->program, found))
        return false;
    plan->program = plan->script[1] = found;
    return true;
}

void parent_start(struct start *start) {
    char found[PATH_MAX];
    if (!look_up(&start->plan, found)) {
        start->step = STEP_LOOKUP;
        start->error = ENOENT;
    } else if (start->plan.uid >= 0 || start->plan.gid >= 0) {
        start_as_another(start);
    } else {
        try_until_there_is_room(start);
    }
    parent_close(start);
}

/* Whoever held it does not live on in a fork of this program. */
void parent_begin_anew(void) {
    pthread_mutex_init(&changing, NULL);
}
