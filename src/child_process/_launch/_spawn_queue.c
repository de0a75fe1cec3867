/* The launcher threads, their queue, and how others are told.
 *
 * They start what is queued, in order. A thread waits while its child's program is
 * being loaded, for which the child needs a processor: meanwhile another thread
 * begins the next. The first is made by the first start, the others where starts
 * come faster than that, and all again in a fork of this program; none ends before
 * the program, so that a child which dies with "its parent" (PR_SET_PDEATHSIG means
 * the thread) does not die early.
 */
#include "_spawn.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { THREAD_STACK = 256 * 1024, MOST_THREADS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queued;   /* for the threads */
static pthread_cond_t finished; /* for whoever waits for a start */
static int waiting;             /* how many do */
static struct start *first, *last;
static int length;              /* how many are queued */
static int threads, idle;
static bool held; /* one is being started that comes before all others */
static unsigned generation;

/* ------------------------------------------------------------- being told */

struct inbox *inbox_new(void) {
    struct inbox *inbox = calloc(1, sizeof *inbox);
    if (!inbox)
        return NULL;
    inbox->references = 1;
    inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (inbox->fd < 0) {
        free(inbox);
        return NULL;
    }
    return inbox;
}

void inbox_release(struct inbox *inbox) {
    if (atomic_fetch_sub(&inbox->references, 1) > 1)
        return;
    close(inbox->fd);
    free(inbox);
}

/* Under the lock. Whether the loop has to be woken: one that was woken and has not
 * come yet needs no more. */
static bool inbox_put(struct inbox *inbox, struct start *start) {
    bool quiet = !inbox->first;
    atomic_fetch_add(&start->references, 1);
    start->next_done = NULL;
    if (quiet)
        inbox->first = start;
    else
        inbox->last->next_done = start;
    inbox->last = start;
    return quiet;
}

static void inbox_wake(struct inbox *inbox) {
    if (!inbox)
        return;
    uint64_t one = 1;
    while (write(inbox->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
    inbox_release(inbox);
}

/* A start that was told of keeps nothing of the loop's open. */
struct start *inbox_take(struct inbox *inbox) {
    uint64_t count;
    /* Before: what is put in afterwards wakes again. */
    while (read(inbox->fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&lock);
    struct start *taken = inbox->first;
    inbox->first = inbox->last = NULL;
    pthread_mutex_unlock(&lock);
    for (struct start *start = taken; start; start = start->next_done) {
        start->inbox = NULL;
        inbox_release(inbox); /* never the last: the caller has one */
    }
    return taken;
}

void start_release(struct start *start) {
    if (atomic_fetch_sub(&start->references, 1) > 1)
        return;
    parent_close(start); /* it was never started */
    if (start->pidfd >= 0)
        close(start->pidfd);
    if (start->inbox)
        inbox_release(start->inbox);
    free(start->block);
    free(start);
}

/* ---------------------------------------------------------------- starting */

unsigned queue_generation(void) {
    return generation;
}

/* Whether it was made in this process, and not in the one that it is a fork of. */
bool queue_is_ours(const struct start *start) {
    return start->generation == generation;
}

static bool claim(struct start *start, int from) {
    return atomic_compare_exchange_strong(&start->state, &from, STARTING);
}

static void work(struct start *start) {
    parent_start(start);
    free(start->block);
    start->block = NULL;
}

/* Under the lock. Return whom to tell, which is done without: who is woken may take
 * the processor from this thread, and would then wait for a lock that it holds. */
static struct inbox *complete(struct start *start) {
    struct inbox *inbox = start->inbox;
    start->state = DONE;
    if (waiting)
        pthread_cond_broadcast(&finished);
    if (!inbox || !inbox_put(inbox, start))
        return NULL;
    atomic_fetch_add(&inbox->references, 1);
    return inbox;
}

/* Start here, unless another thread is at it. */
void queue_run(struct start *start) {
    if (!queue_is_ours(start))
        return;
    /* A child that dies with its thread is the launcher thread's to start. */
    bool may_take_over = !start->plan.death_signal;
    if (!claim(start, NEW) && !(may_take_over && claim(start, QUEUED)))
        return;
    work(start);
    pthread_mutex_lock(&lock);
    struct inbox *told = complete(start);
    pthread_mutex_unlock(&lock);
    inbox_wake(told);
}

/* Under the lock, which is given away while it waits. */
static struct start *next_in_line(void) {
    while (!first || held)
        pthread_cond_wait(&queued, &lock);
    idle--;
    struct start *start = first;
    first = start->next_queued;
    length--;
    return start;
}

/* Of a child's end the system tells the thread that made it. Where that one blocks
 * SIGCHLD another gets it, mostly the loop's, and its system call is interrupted,
 * even if nobody listens. Who does gets it in a thread that Python knows. */
static void mind_sigchld(void) {
    struct sigaction action;
    sigset_t it;
    if (sigaction(SIGCHLD, NULL, &action))
        return;
    bool heard = action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
    sigemptyset(&it);
    sigaddset(&it, SIGCHLD);
    pthread_sigmask(heard ? SIG_BLOCK : SIG_UNBLOCK, &it, NULL);
}

/* Under the lock, by a thread with a start in hand: whether there are others. */
static bool is_crowd(void) {
    return first || idle + 1 < threads;
}

static void *start_all(void *nothing) {
    struct scheduling own;
    bool crowd = false;
    prctl(PR_SET_NAME, "child-process", 0, 0, 0);
    scheduling_read(&own);
    scheduling_stand_back(&own, crowd);
    pthread_mutex_lock(&lock);
    for (;;) {
        struct start *start = next_in_line();
        bool holds = held = start->comes_first;
        bool changes = crowd != is_crowd();
        pthread_mutex_unlock(&lock);
        if (changes)
            scheduling_stand_back(&own, crowd = !crowd);
        bool ours = claim(start, QUEUED);
        if (ours) {
            mind_sigchld();
            work(start);
        }
        pthread_mutex_lock(&lock);
        struct inbox *told = ours ? complete(start) : NULL;
        bool more = is_crowd();
        idle++;
        if (holds) {
            held = false;
            pthread_cond_broadcast(&queued);
        }
        pthread_mutex_unlock(&lock);
        start_release(start);
        inbox_wake(told);
        if (told && more)
            sched_yield(); /* the loop first, then the next child */
        pthread_mutex_lock(&lock);
    }
    return nothing;
}

/* Under the lock. Signals are for the threads that Python knows. */
static void add_thread(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_attr_init(&attributes))
        return;
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!pthread_create(&thread, &attributes, start_all, NULL)) {
        threads++;
        idle++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

/* False says that there is no thread to be had: start it here then. */
bool queue_submit(struct start *start) {
    int from = NEW;
    pthread_mutex_lock(&lock);
    /* Who was woken and has not come yet is idle, and its start is queued. Another
     * one does not help while all wait for a start that comes first. */
    bool waits = held || (first && first->comes_first);
    if (queue_is_ours(start) && length >= idle && threads < MOST_THREADS && !waits)
        add_thread();
    bool possible = queue_is_ours(start) && threads;
    if (possible && atomic_compare_exchange_strong(&start->state, &from, QUEUED)) {
        atomic_fetch_add(&start->references, 1);
        start->next_queued = NULL;
        if (first)
            last->next_queued = start;
        else
            first = start;
        last = start;
        length++;
    }
    pthread_mutex_unlock(&lock);
    if (possible) /* not under the lock: the thread would run into it */
        pthread_cond_signal(&queued);
    return possible;
}

/* Wait until it is complete, at most so many seconds; negative: for ever. */
bool queue_wait(struct start *start, double seconds) {
    if (start->state == DONE || !queue_is_ours(start))
        return true;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double whole = floor(seconds);
    until.tv_sec += (time_t)whole;
    until.tv_nsec += (long)((seconds - whole) * 1e9);
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    int late = 0;
    pthread_mutex_lock(&lock);
    waiting++;
    while (start->state != DONE && !late)
        late = seconds < 0 ? pthread_cond_wait(&finished, &lock)
                           : pthread_cond_timedwait(&finished, &lock, &until);
    waiting--;
    pthread_mutex_unlock(&lock);
    return start->state == DONE;
}

/* ------------------------------------------------------ forks of this program */

static void before_fork(void) {
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void) {
    pthread_mutex_unlock(&lock);
}

static void begin_anew(void) {
    pthread_condattr_t attributes;
    pthread_mutex_init(&lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queued, NULL);
    pthread_cond_init(&finished, &attributes);
    pthread_condattr_destroy(&attributes);
    parent_begin_anew();
    waiting = length = threads = idle = 0;
    held = false;
}

/* Threads do not live on in a fork, and what is queued is its parent's. */
static void after_fork_in_child(void) {
    begin_anew();
    first = last = NULL;
    generation++;
}

int queue_prepare(void) {
    begin_anew();
    return pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
