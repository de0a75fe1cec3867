/* A plan, copied out of Python's objects into one block of memory.
 *
 * The start happens later, without the interpreter's lock: nothing of it may
 * belong to Python. Measured first, then filled, so that there is one malloc.
 */
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "_spawn.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A block that is measured (memory NULL) or filled. */
struct room {
    char *memory;
    size_t used;
};

static void *take(struct room *room, size_t size) {
    size_t at = (room->used + 7) & ~(size_t)7;
    room->used = at + size;
    return room->memory ? room->memory + at : NULL;
}

static char *take_bytes(struct room *room, const char *bytes, size_t size) {
    char *copy = room->memory ? room->memory + room->used : NULL;
    if (copy) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    room->used += size + 1;
    return copy;
}

struct arguments {
    PyObject *program, *argv, *environ, *wires, *cwd, *limits, *groups, *filter, *nice;
    int count, session, group, umask, death_signal, no_new_privs, landlock, unshare;
    long long uid, gid;
};

static char *take_object(struct room *room, PyObject *bytes) {
    char *text;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &text, &size) < 0)
        return NULL;
    return take_bytes(room, text, (size_t)size);
}

static bool failed(void) {
    return PyErr_Occurred() != NULL;
}

static char **take_argv(struct room *room, PyObject *argv) {
    Py_ssize_t count = PyList_Size(argv);
    char **words = take(room, (count + 1) * sizeof *words);
    for (Py_ssize_t i = 0; i < count && !failed(); i++) {
        char *word = take_object(room, PyList_GetItem(argv, i));
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

static char **take_environ(struct room *room, PyObject *environ) {
    Py_ssize_t position = 0, i = 0;
    PyObject *name, *value;
    char **entries = take(room, (PyDict_Size(environ) + 1) * sizeof *entries);
    while (PyDict_Next(environ, &position, &name, &value)) {
        char *text, *entry;
        Py_ssize_t length, size;
        if (PyBytes_AsStringAndSize(name, &text, &length) < 0)
            return NULL;
        entry = take_bytes(room, text, (size_t)length); /* its NUL becomes "=" */
        if (PyBytes_AsStringAndSize(value, &text, &size) < 0)
            return NULL;
        take_bytes(room, text, (size_t)size);
        if (entries) {
            entry[length] = '=';
            entries[i++] = entry;
        }
    }
    if (entries)
        entries[i] = NULL;
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
    plan->cwd = given->cwd == Py_None ? NULL : take_object(room, given->cwd);
    if (failed())
        return;
    plan->argv = take_argv(room, given->argv);
    plan->script = take_script(room, plan, PyList_Size(given->argv));
    if (!failed())
        plan->envp = take_environ(room, given->environ);
}

static bool read_arguments(struct arguments *given, PyObject *args, PyObject *keywords) {
    static char *names[] = {
        "program", "argv",    "environ",      "wires",        "count",    "cwd",
        "session", "group",   "umask",        "limits",       "nice",     "uid",
        "gid",     "groups",  "death_signal", "no_new_privs", "landlock", "seccomp",
        "unshare", NULL};
    return PyArg_ParseTupleAndKeywords(
        args, keywords, "SO!O!O!i|O$ppiO!OLLOipiSi:Start", names, &given->program,
        &PyList_Type, &given->argv, &PyDict_Type, &given->environ, &PyDict_Type,
        &given->wires, &given->count, &given->cwd, &given->session, &given->group,
        &given->umask, &PyTuple_Type, &given->limits, &given->nice, &given->uid,
        &given->gid, &given->groups, &given->death_signal, &given->no_new_privs,
        &given->landlock, &given->filter, &given->unshare);
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

/* Fill start->plan; False with an exception set, and nothing taken. */
bool plan_read(struct start *start, PyObject *args, PyObject *keywords) {
    struct plan *plan = &start->plan;
    PyObject *none = PyTuple_New(0), *empty = PyBytes_FromStringAndSize(NULL, 0);
    struct arguments given = {.umask = -1, .uid = -1, .gid = -1, .landlock = -1};
    struct room room = {NULL, 0};
    given.limits = none;
    given.groups = given.nice = given.cwd = Py_None;
    given.filter = empty;
    plan->landlock = -1;
    bool done = none && empty && read_arguments(&given, args, keywords);
    if (done) {
        take_numbers(plan, &given);
        scheduling_read(&plan->scheduling);
        take_all(&room, plan, &given);
        done = !failed();
    }
    if (done && !(room.memory = start->block = malloc(room.used + 8))) {
        PyErr_NoMemory();
        done = false;
    }
    if (done) {
        room.used = 0;
        take_all(&room, plan, &given);
        done = !failed() && own_descriptors(plan, &given);
    }
    if (!done)
        plan->wired = 0; /* they stay the caller's */
    Py_XDECREF(none);
    Py_XDECREF(empty);
    return done;
}
