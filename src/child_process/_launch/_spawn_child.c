/* The child's steps, from its first instruction to its program.
 *
 * It shares the memory of the parent, whose other threads run on: only system
 * calls, nothing is allocated or locked, and nothing written but the outcome
 * and the stack. Raw calls, since the C library's setuid() and its like signal
 * every thread of what they take for this process.
 */
#include "_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif
/* On 32-bit systems the calls without a number take 16-bit ids. */
#ifdef SYS_setresuid32
#define SET_UID SYS_setresuid32
#define SET_GID SYS_setresgid32
#define SET_GROUPS SYS_setgroups32
#else
#define SET_UID SYS_setresuid
#define SET_GID SYS_setresgid
#define SET_GROUPS SYS_setgroups
#endif

struct entry { /* of getdents64(2) */
    uint64_t number;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

static _Noreturn void leave(void) {
    for (;;)
        syscall(SYS_exit_group, 127);
}

static _Noreturn void fail(struct start *start, enum step step) {
    start->step = step;
    start->error = errno ? errno : EINVAL;
    if (start->report >= 0) {
        int outcome[2] = {start->step, start->error};
        while (write(start->report, outcome, sizeof outcome) < 0 && errno == EINTR)
            ;
    }
    leave();
}

/* Handlers are code of the old program; what it ignores would stay ignored. */
static void reset_signals(void) {
    static const unsigned long defaults[16]; /* SIG_DFL, no flags, no mask */
    for (int number = 1; number < _NSIG; number++)
        syscall(SYS_rt_sigaction, number, defaults, NULL, KERNEL_SIGNALS);
}

static void unblock_signals(void) {
    static const unsigned long none[16];
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, KERNEL_SIGNALS);
}

/* stdin, stdout and stderr have to be something; as in Node, the child opens it. */
static void connect_null(struct start *start, int number) {
    int mode = number == 0 ? O_RDONLY : O_RDWR;
    int opened = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", mode, 0);
    if (opened < 0)
        fail(start, STEP_STDIO);
    if (opened == number) /* it was closed here, too */
        return;
    if (syscall(SYS_dup3, opened, number, 0) < 0)
        fail(start, STEP_STDIO);
    syscall(SYS_close, opened);
}

static void connect_descriptors(struct start *start) {
    const struct plan *plan = &start->plan;
    /* Every source is at plan->count or above: none is overwritten. */
    for (int number = 0; number < plan->count; number++) {
        int source = -1;
        for (int i = 0; i < plan->wired; i++)
            if (plan->wires[i][1] == number)
                source = plan->wires[i][0];
        if (source < 0 && number <= STDERR_FILENO)
            connect_null(start, number);
        else if (source < 0)
            syscall(SYS_close, number);
        else if (syscall(SYS_dup3, source, number, 0) < 0)
            fail(start, STEP_STDIO);
    }
}

static int number_of(const char *name) {
    int number = 0;
    if (*name < '0' || *name > '9')
        return -1;
    for (; *name >= '0' && *name <= '9'; name++)
        number = 10 * number + (*name - '0');
    return number;
}

static bool is_kept(const struct start *start, int number) {
    return number == start->plan.landlock || number == start->report;
}

/* An old kernel, or a sandbox that knows no close_range. */
static void close_listed(const struct start *start, int floor, int most) {
    char buffer[2048] __attribute__((aligned(8)));
    long folder = syscall(SYS_openat, AT_FDCWD, "/proc/self/fd",
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) { /* no /proc either */
        for (int number = floor; number < most; number++)
            if (!is_kept(start, number))
                syscall(SYS_close, number);
        return;
    }
    bool closed = true;
    while (closed) { /* again, until a whole reading finds none: it skips some */
        closed = false;
        syscall(SYS_lseek, folder, 0, SEEK_SET);
        long size;
        while ((size = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
            for (long at = 0; at < size;) {
                struct entry *entry = (struct entry *)(buffer + at);
                int number = number_of(entry->name);
                if (number >= floor && number != folder && !is_kept(start, number)) {
                    syscall(SYS_close, number);
                    closed = true;
                }
                at += entry->length;
            }
    }
    syscall(SYS_close, folder);
}

static void close_others(struct start *start) {
    int kept[2] = {start->plan.landlock, start->report};
    if (kept[0] > kept[1]) {
        int swapped = kept[0];
        kept[0] = kept[1];
        kept[1] = swapped;
    }
    unsigned from = start->plan.count;
    bool done = true;
    for (int i = 0; i < 2 && done; i++)
        if (kept[i] >= 0) {
            if ((unsigned)kept[i] > from)
                done = !syscall(SYS_close_range, from, kept[i] - 1, 0);
            from = kept[i] + 1;
        }
    if (done)
        done = !syscall(SYS_close_range, from, ~0U, 0);
    if (!done) {
        struct limit most = {0};
        syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &most.value);
        if (most.value.hard > 1 << 20)
            most.value.hard = 1 << 20; /* the kernel's own default limit */
        close_listed(start, start->plan.count, (int)most.value.hard);
    }
}

static void limit(struct start *start) {
    const struct plan *plan = &start->plan;
    for (int i = 0; i < plan->limited; i++)
        if (syscall(SYS_prlimit64, 0, plan->limits[i].resource,
                    &plan->limits[i].value, NULL) < 0)
            fail(start, STEP_LIMITS);
    if (plan->reniced && syscall(SYS_setpriority, PRIO_PROCESS, 0, plan->nice) < 0)
        fail(start, STEP_LIMITS);
}

static void change_credentials(struct start *start) {
    const struct plan *plan = &start->plan;
    if (plan->grouped >= 0 && syscall(SET_GROUPS, plan->grouped, plan->groups) < 0)
        fail(start, STEP_CREDENTIALS);
    if (plan->gid >= 0) {
        gid_t gid = (gid_t)plan->gid;
        if (syscall(SET_GID, gid, gid, gid) < 0)
            fail(start, STEP_CREDENTIALS);
    }
    if (plan->uid >= 0) {
        uid_t uid = (uid_t)plan->uid;
        if (syscall(SET_UID, uid, uid, uid) < 0)
            fail(start, STEP_CREDENTIALS);
    }
}

static void write_file(struct start *start, const char *path, const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
    if (file < 0 || syscall(SYS_write, file, text, length) < 0)
        fail(start, STEP_NAMESPACES);
    syscall(SYS_close, file);
}

static void unshare_namespaces(struct start *start) {
    if (!start->plan.unshare)
        return;
    if (syscall(SYS_unshare, start->plan.unshare) < 0)
        fail(start, STEP_NAMESPACES);
    if (start->plan.unshare & CLONE_NEWUSER) {
        /* Whoever may not change groups outside may not inside either. */
        write_file(start, "/proc/self/setgroups", "deny");
        write_file(start, "/proc/self/uid_map", start->plan.uid_map);
        write_file(start, "/proc/self/gid_map", start->plan.gid_map);
    }
}

/* After the credentials, whose change takes it away again. */
static void die_with_parent(struct start *start) {
    if (!start->plan.death_signal)
        return;
    if (prctl(PR_SET_PDEATHSIG, start->plan.death_signal, 0, 0, 0) < 0)
        fail(start, STEP_PARENT_DEATH);
    /* It may have died before that was said. */
    if (syscall(SYS_getppid) != start->parent)
        leave();
}

static void confine(struct start *start) {
    struct plan *plan = &start->plan;
    if (plan->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        fail(start, STEP_NO_NEW_PRIVS);
    if (plan->landlock >= 0) {
        if (syscall(SYS_landlock_restrict_self, plan->landlock, 0) < 0)
            fail(start, STEP_LANDLOCK);
        syscall(SYS_close, plan->landlock);
    }
    unblock_signals();
    /* The last: it may refuse any of the calls above. */
    if (plan->filter.len &&
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &plan->filter, 0, 0) < 0)
        fail(start, STEP_SECCOMP);
}

_Noreturn void child_become(struct start *start) {
    const struct plan *plan = &start->plan;
    reset_signals();
    if (plan->session ? syscall(SYS_setsid) < 0
                      : plan->group && syscall(SYS_setpgid, 0, 0) < 0)
        fail(start, STEP_SESSION);
    if (plan->umask >= 0)
        syscall(SYS_umask, plan->umask);
    connect_descriptors(start);
    /* As whom we are, as in Node: the next user may not be able to get there. */
    if (plan->cwd && syscall(SYS_chdir, plan->cwd) < 0)
        fail(start, STEP_CWD);
    close_others(start);
    scheduling_apply(&plan->scheduling);
    limit(start);
    /* As whom we are: root may leave any namespace, the next user none. */
    unshare_namespaces(start);
    change_credentials(start);
    die_with_parent(start);
    confine(start);
    syscall(SYS_execve, plan->program, plan->argv, plan->envp);
    if (errno == ENOEXEC) /* a script without #!, for the shell, as execvp does */
        syscall(SYS_execve, "/bin/sh", plan->script, plan->envp);
    fail(start, STEP_EXEC);
}
