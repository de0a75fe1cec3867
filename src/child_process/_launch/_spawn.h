/* A start, from its plan to its outcome: what the parts of _spawn share.
 *
 *   _spawn.c          what Python sees: the types Start and Inbox
 *   _spawn_plan.c     a plan, copied out of Python's objects into one block
 *   _spawn_find.c     which program is meant
 *   _spawn_queue.c    the launcher threads, their queue, and who is told
 *   _spawn_parent.c   makes the child and learns how that went
 *   _spawn_child.c    the child's steps from there to its program
 *   _spawn_sched.c    when and where it runs
 *
 * Linux only. The launcher threads never need the interpreter's lock.
 */
#ifndef CHILD_PROCESS_SPAWN_H
#define CHILD_PROCESS_SPAWN_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <linux/filter.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The steps of a start, for errors: the same order as STEP_NAMES. */
enum step {
    STEP_LOOKUP,
    STEP_FORK,
    STEP_SESSION,
    STEP_STDIO,
    STEP_CWD,
    STEP_LIMITS,
    STEP_CREDENTIALS,
    STEP_NAMESPACES,
    STEP_PARENT_DEATH,
    STEP_NO_NEW_PRIVS,
    STEP_LANDLOCK,
    STEP_SECCOMP,
    STEP_EXEC,
};

enum state { NEW, QUEUED, STARTING, DONE };

/* The kernel's own struct rlimit64: the C library's differs by platform. */
struct limit {
    int resource;
    struct {
        uint64_t soft, hard;
    } value;
};

/* How and where a thread runs. The first is struct sched_attr of sched_setattr(2). */
struct scheduling {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } how;
    bool known;
    long size;
    unsigned long where[1024 / sizeof(long)];
};

/* What the child is to be. All memory is in one block, made before the child:
 * it may not allocate. Numbers of -1 mean: leave it as it is. */
struct plan {
    const char *program;
    const char *path; /* where to look for it; NULL where it is a path itself */
    char **argv;
    char **envp;
    char **script; /* argv for /bin/sh, where the program is a script without #! */
    const char *cwd;
    int (*wires)[2]; /* our descriptor, and the number that it gets */
    int wired;
    int count;     /* descriptors from here on are closed */
    bool session, group, no_new_privs, reniced;
    int umask;
    struct scheduling scheduling;
    struct limit *limits;
    int limited;
    int nice;
    int64_t uid, gid;
    gid_t *groups;
    int grouped; /* how many; -1 keeps ours */
    int death_signal;
    int landlock;
    int unshare;
    struct sock_fprog filter;
    char uid_map[40], gid_map[40];
};

struct inbox;

struct start {
    atomic_int references;
    atomic_int state;
    unsigned generation; /* which process of a line of forks it belongs to */
    struct start *next_queued;
    struct start *next_done;
    bool comes_first; /* what is queued after it begins when it is complete */
    struct inbox *inbox;
    int64_t ticket;
    struct plan plan;
    char *block;
    /* The outcome. */
    volatile int error; /* an errno; 0 where the program runs */
    volatile int step;
    pid_t parent;
    pid_t pid;
    int pidfd;
    int report; /* the child's way to tell a failure; -1: it shares our memory */
};

/* Where a loop is told, without the interpreter's lock, what is complete. */
struct inbox {
    atomic_int references;
    int fd; /* an eventfd: readable while there is news */
    struct start *first, *last;
};

/* _spawn_plan.c */
struct _object;
bool plan_read(struct start *start, struct _object *args, struct _object *keywords);

/* _spawn_queue.c */
int queue_prepare(void);
bool queue_submit(struct start *start);
bool queue_is_ours(const struct start *start);
unsigned queue_generation(void);
void queue_run(struct start *start);
bool queue_wait(struct start *start, double seconds);
struct inbox *inbox_new(void);
void inbox_release(struct inbox *inbox);
struct start *inbox_take(struct inbox *inbox);
void start_release(struct start *start);

/* _spawn_find.c */
bool find_program(const char *path, const char *name, char *found);

/* _spawn_parent.c */
void parent_start(struct start *start);
void parent_close(struct start *start);
void parent_begin_anew(void);

/* _spawn_sched.c */
void scheduling_read(struct scheduling *found);
void scheduling_apply(const struct scheduling *wanted);
void scheduling_stand_back(const struct scheduling *own, bool crowd);

/* _spawn_child.c */
_Noreturn void child_become(struct start *start);

/* Bytes of the kernel's signal set, which is not the C library's. */
#define KERNEL_SIGNALS ((_NSIG - 1) / 8)

#endif
