/* A plan, copied out of Python's objects into one block of memory.
 *
 * The start happens later, without the interpreter's lock: nothing of it may
 * belong to Python. What is larger than the last ones were is measured while it is
 * read, and read again.
 */
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A block that is filled as far as it goes; from there on it is only measured. */
struct room {
    char *memory;
    size_t size, used;
};

/* Bytes of a block; read and written with the interpreter's lock. */
enum { MOST_USUAL = 64 * 1024 };
static size_t usual = 4096;

static void *take_at(struct room *room, size_t at, size_t size) {
    room->used = at + size;
    return room->used <= room->size ? room->memory + at : NULL;
}

static void *take(struct room *room, size_t size) {
    return take_at(room, (room->used + 7) & ~(size_t)7, size);
}

static char *take_bytes(struct room *room, const char *bytes, size_t size) {
    char *copy = take_at(room, room->used, size + 1);
    if (copy) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}

struct arguments {
    PyObject *program, *argv, *environ, *wires, *cwd, *path, *last, *limits, *groups,
        *filter, *nice;
    int count, session, group, umask, death_signal, no_new_privs, landlock, unshare;
    long long uid, gid;
};

static bool failed(void) {
    return PyErr_Occurred() != NULL;
}

/* No program can be given a longer word: the kernel's MAX_ARG_STRLEN. */
static void check_length(size_t size) {
    if (size < 32 * (size_t)sysconf(_SC_PAGESIZE) || failed())
        return;
    errno = E2BIG;
    PyErr_SetFromErrno(PyExc_OSError);
}

/* A word, as bytes or as text, which is encoded as os.fsencode() does. */
static char *take_object(struct room *room, PyObject *word) {
    char *text, *copy = NULL;
    Py_ssize_t size;
    bool is_text = PyUnicode_Check(word);
    PyObject *bytes = is_text ? PyUnicode_EncodeFSDefault(word) : word;
    if (bytes && PyBytes_AsStringAndSize(bytes, &text, &size) == 0)
        copy = take_bytes(room, text, (size_t)size);
    if (is_text)
        Py_XDECREF(bytes);
    return copy;
}

static char *take_optional(struct room *room, PyObject *word) {
    return word == Py_None ? NULL : take_object(room, word);
}

static char **take_argv(struct room *room, PyObject *argv) {
    Py_ssize_t count = PyTuple_Size(argv);
    char **words = take(room, (count + 1) * sizeof *words);
    for (Py_ssize_t i = 0; i < count && !failed(); i++) {
        size_t before = room->used;
        char *word = take_object(room, PyTuple_GetItem(argv, i));
        check_length(room->used - before - 1);
        if (words)
            words[i] = word;
    }
    if (words)
        words[count] = NULL;
    return words;
}

/* The shell, the script, and its arguments. */
static char **take_script(struct room *room, struct plan *plan, Py_ssize_t count) {
    char **words = take(room, (count + 3) * sizeof *words);
    char *shell = take_bytes(room, "/bin/sh", 7);
    if (words) {
        words[0] = shell;
        words[1] = (char *)plan->program;
        for (Py_ssize_t i = 1; i <= count; i++)
            words[i + 1] = plan->argv[i]; /* the NULL at its end as well */
        words[count + 2] = NULL;
    }
    return words;
}

static char **take_environ(struct room *room, PyObject *environ, PyObject *last) {
    Py_ssize_t position = 0, i = 0;
    PyObject *name, *value;
    char **entries = take(room, (PyDict_Size(environ) + 2) * sizeof *entries);
    while (!failed() && PyDict_Next(environ, &position, &name, &value)) {
        char *text, *entry;
        Py_ssize_t length, size;
        if (PyBytes_AsStringAndSize(name, &text, &length) < 0)
            return NULL;
        entry = take_bytes(room, text, (size_t)length); /* its NUL becomes "=" */
        if (PyBytes_AsStringAndSize(value, &text, &size) < 0)
            return NULL;
        take_bytes(room, text, (size_t)size);
        check_length((size_t)length + 1 + (size_t)size);
        if (entry) {
            entry[length] = '=';
            entries[i++] = entry;
        }
    }
    char *entry = failed() ? NULL : take_optional(room, last);
    if (entries) {
        entries[i] = entry; /* where there is none, the end */
        entries[i + 1] = NULL;
    }
    return entries;
}

static void take_wires(struct room *room, struct plan *plan, PyObject *wires) {
    Py_ssize_t position = 0;
    PyObject *number, *fd;
    int wired = 0;
    plan->wires = take(room, PyDict_Size(wires) * sizeof *plan->wires);
    while (plan->wires && PyDict_Next(wires, &position, &number, &fd)) {
        plan->wires[wired][0] = (int)PyLong_AsLong(fd);
        plan->wires[wired][1] = (int)PyLong_AsLong(number);
        wired++;
    }
    plan->wired = wired;
}

/* Triples of a resource, its soft and its hard limit. */
static void take_limits(struct room *room, struct plan *plan, PyObject *limits) {
    Py_ssize_t count = PyTuple_Size(limits);
    plan->limits = take(room, count * sizeof *plan->limits);
    for (Py_ssize_t i = 0; i < count && !failed(); i++) {
        struct limit limit = {0};
        unsigned long long soft, hard;
        if (!PyArg_ParseTuple(PyTuple_GetItem(limits, i), "iKK", &limit.resource, &soft,
                              &hard))
            return;
        limit.value.soft = soft;
        limit.value.hard = hard;
        if (plan->limits)
            plan->limits[i] = limit;
    }
    plan->limited = (int)count;
}

static void take_groups(struct room *room, struct plan *plan, PyObject *groups) {
    plan->grouped = -1;
    if (groups == Py_None)
        return;
    Py_ssize_t count = PyTuple_Size(groups);
    plan->groups = take(room, count * sizeof *plan->groups);
    for (Py_ssize_t i = 0; i < count && plan->groups && !failed(); i++)
        plan->groups[i] = (gid_t)PyLong_AsUnsignedLong(PyTuple_GetItem(groups, i));
    plan->grouped = (int)count;
}

static void take_filter(struct room *room, struct plan *plan, PyObject *filter) {
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(filter, &bytes, &size) < 0)
        return;
    if (size % (Py_ssize_t)sizeof(struct sock_filter) || size > 8 * 4096) {
        PyErr_SetString(PyExc_ValueError, "seccomp: not an array of struct sock_filter");
        return;
    }
    plan->filter.filter = take(room, (size_t)size);
    plan->filter.len = (unsigned short)(size / (Py_ssize_t)sizeof(struct sock_filter));
    if (plan->filter.filter)
        memcpy(plan->filter.filter, bytes, (size_t)size);
}

static void take_numbers(struct plan *plan, const struct arguments *given) {
    plan->count = given->count;
    plan->session = given->session;
    plan->group = given->group;
    plan->no_new_privs = given->no_new_privs;
    plan->umask = given->umask;
    plan->reniced = given->nice != Py_None;
    plan->nice = plan->reniced ? (int)PyLong_AsLong(given->nice) : 0;
    plan->uid = given->uid;
    plan->gid = given->gid;
    plan->death_signal = given->death_signal;
    plan->unshare = given->unshare;
    if (!plan->unshare)
        return;
    unsigned uid = given->uid < 0 ? geteuid() : (unsigned)given->uid;
    unsigned gid = given->gid < 0 ? getegid() : (unsigned)given->gid;
    snprintf(plan->uid_map, sizeof plan->uid_map, "%u %u 1\n", uid, uid);
    snprintf(plan->gid_map, sizeof plan->gid_map, "%u %u 1\n", gid, gid);
}

static void take_all(struct room *room, struct plan *plan, struct arguments *given) {
    take_limits(room, plan, given->limits);
    take_groups(room, plan, given->groups);
    take_filter(room, plan, given->filter);
    take_wires(room, plan, given->wires);
    plan->program = take_object(room, given->program);
    plan->cwd = take_optional(room, given->cwd);
    plan->path = take_optional(room, given->path);
    if (failed())
        return;
    plan->argv = take_argv(room, given->argv);
    plan->script = take_script(room, plan, PyTuple_Size(given->argv));
    if (!failed())
        plan->envp = take_environ(room, given->environ, given->last);
}

static bool read_arguments(struct arguments *given, PyObject *args, PyObject *keywords) {
    static char *names[] = {
        "program", "argv",    "environ",      "wires",        "count", "cwd", "path",
        "last",    "session", "group",        "death_signal", "umask", "limits",
        "nice",    "uid",     "gid",          "groups",       "no_new_privs",
        "landlock", "seccomp", "unshare",     NULL};
    return PyArg_ParseTupleAndKeywords(
        args, keywords, "OO!O!O!i|OOOppi$iO!OLLOpiSi:Start", names, &given->program,
        &PyTuple_Type, &given->argv, &PyDict_Type, &given->environ, &PyDict_Type,
        &given->wires, &given->count, &given->cwd, &given->path, &given->last,
        &given->session, &given->group, &given->death_signal, &given->umask,
        &PyTuple_Type, &given->limits, &given->nice, &given->uid, &given->gid,
        &given->groups, &given->no_new_privs, &given->landlock, &given->filter,
        &given->unshare);
}

/* From here on the descriptors of *wires*, which is emptied, are the start's;
 * so is a copy of the ruleset's, which the caller may close. */
static bool own_descriptors(struct plan *plan, struct arguments *given) {
    plan->landlock = -1;
    if (given->landlock >= 0) {
        plan->landlock = fcntl(given->landlock, F_DUPFD_CLOEXEC, plan->count);
        if (plan->landlock < 0) {
            PyErr_SetFromErrno(PyExc_OSError);
            plan->wired = 0;
            return false;
        }
    }
    PyDict_Clear(given->wires);
    return true;
}

/* Fill start->block, which is made anew where it was too small. */
static bool copy_all(struct start *start, struct arguments *given) {
    struct room room = {NULL, usual, 0};
    do {
        room.size = room.used > room.size ? room.used : room.size;
        room.used = 0;
        free(start->block);
        if (!(room.memory = start->block = malloc(room.size))) {
            PyErr_NoMemory();
            return false;
        }
        take_all(&room, &start->plan, given);
    } while (room.used > room.size && !failed());
    if (room.used > usual && room.used <= MOST_USUAL)
        usual = room.used;
    return !failed();
}

/* Fill start->plan; False with an exception set, and nothing taken. */
bool plan_read(struct start *start, PyObject *args, PyObject *keywords) {
    struct plan *plan = &start->plan;
    PyObject *none = PyTuple_New(0), *empty = PyBytes_FromStringAndSize(NULL, 0);
    struct arguments given = {.umask = -1, .uid = -1, .gid = -1, .landlock = -1};
    given.limits = none;
    given.groups = given.nice = given.cwd = given.path = given.last = Py_None;
    given.filter = empty;
    plan->landlock = -1;
    bool done = none && empty && read_arguments(&given, args, keywords);
    if (done) {
        take_numbers(plan, &given);
        scheduling_read(&plan->scheduling);
        done = copy_all(start, &given) && own_descriptors(plan, &given);
    }
    if (!done)
        plan->wired = 0; /* they stay the caller's */
    Py_XDECREF(none);
    Py_XDECREF(empty);
    return done;
}
