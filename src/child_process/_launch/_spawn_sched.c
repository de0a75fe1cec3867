/* When and where a child runs: as whoever asked for it, not as a launcher thread.
 *
 * Niceness, policy and processors are a thread's in Linux, and a child has those
 * of the thread that makes it. That one is ours, has a policy of its own, and knows
 * nothing of an os.nice() or os.sched_setaffinity() since. `scheduling_apply` is
 * called by the child: system calls only.
 */
#include "_spawn.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CROWDED_TURNS = 3 };

void scheduling_read(struct scheduling *found) {
    found->known = !syscall(SYS_sched_getattr, 0, &found->how, sizeof found->how, 0);
    if (found->how.policy == SCHED_IDLE) /* it tells no niceness, although it has one */
        found->how.nice = 20 - (int)syscall(SYS_getpriority, PRIO_PROCESS, 0);
    long size = syscall(SYS_sched_getaffinity, 0, sizeof found->where, found->where);
    found->size = size > 0 ? size : 0; /* more processors than that: left alone */
}

void scheduling_apply(const struct scheduling *wanted) {
    unsigned long where[sizeof wanted->where / sizeof(long)];
    /* What is refused, a lower niceness than the thread's, stays the thread's. */
    if (!wanted->known || syscall(SYS_sched_setattr, 0, &wanted->how, 0) < 0) {
        static const struct sched_param none;
        syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &none);
    } else if (wanted->how.policy == SCHED_IDLE) {
        syscall(SYS_setpriority, PRIO_PROCESS, 0, wanted->how.nice);
    }
    if (wanted->size &&
        syscall(SYS_sched_getaffinity, 0, sizeof where, where) == wanted->size &&
        memcmp(where, wanted->where, wanted->size))
        syscall(SYS_sched_setaffinity, 0, wanted->size, wanted->where);
}

/* A launcher thread's own: it does not take the processor from who wakes it, which
 * is a loop in the middle of its work. It has it as soon as that waits. In a crowd of
 * starts its turns are longer (Linux 6.12): a child begins with half a turn of its
 * thread's, and the shorter that is, the sooner it is served. So a loop that waits is
 * served between two children, and not after the last. */
void scheduling_stand_back(const struct scheduling *own, bool crowd) {
    struct scheduling now = *own;
    if (!now.known || now.how.policy != SCHED_OTHER)
        return;
    now.how.policy = SCHED_BATCH;
    now.how.runtime *= crowd ? CROWDED_TURNS : 1;
    syscall(SYS_sched_setattr, 0, &now.how, 0);
}
