/* The module child_process._launch._spawn: the types Start and Inbox.
 *
 * Limited API, so that one build serves every CPython from 3.11 on. What it does
 * is in the parts, which know nothing of Python; see _spawn.h.
 */
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const STEP_NAMES[] = {
    "lookup",          "fork",            "session",         "stdio",
    "cwd",             "limits",          "credentials",     "namespaces",
    "die_with_parent", "no_new_privs",    "landlock",        "seccomp",
    "exec",
};

/* ------------------------------------------------------------------- Inbox */

typedef struct {
    PyObject_HEAD
    struct inbox *inbox;
} InboxObject;

static PyObject *new_inbox(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    InboxObject *self = (InboxObject *)PyType_GenericAlloc(type, 0);
    if (self && !(self->inbox = inbox_new())) {
        Py_DECREF(self);
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return (PyObject *)self;
}

static void free_object(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static void dealloc_inbox(PyObject *self) {
    struct inbox *inbox = ((InboxObject *)self)->inbox;
    if (inbox) {
        for (struct start *next, *start = inbox_take(inbox); start; start = next) {
            next = start->next_done;
            start_release(start);
        }
        inbox_release(inbox);
    }
    free_object(self);
}

static PyObject *inbox_fileno(PyObject *self, PyObject *nothing) {
    return PyLong_FromLong(((InboxObject *)self)->inbox->fd);
}

static PyObject *inbox_tickets(PyObject *self, PyObject *nothing) {
    PyObject *tickets = PyList_New(0);
    if (!tickets)
        return NULL;
    struct start *next, *start = inbox_take(((InboxObject *)self)->inbox);
    for (; start; start = next) {
        next = start->next_done;
        PyObject *ticket = PyLong_FromLongLong(start->ticket);
        start_release(start);
        if (ticket)
            PyList_Append(tickets, ticket);
        Py_XDECREF(ticket);
    }
    if (PyErr_Occurred())
        Py_CLEAR(tickets);
    return tickets;
}

static PyMethodDef inbox_methods[] = {
    {"fileno", inbox_fileno, METH_NOARGS, NULL},
    {"take", inbox_tickets, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot inbox_slots[] = {
    {Py_tp_doc, "Where a loop hears which starts are complete."},
    {Py_tp_new, new_inbox},
    {Py_tp_dealloc, dealloc_inbox},
    {Py_tp_methods, inbox_methods},
    {0, NULL},
};

static PyType_Spec inbox_spec = {"child_process._launch._spawn.Inbox",
                                 sizeof(InboxObject), 0, Py_TPFLAGS_DEFAULT,
                                 inbox_slots};

/* ------------------------------------------------------------------- Start */

typedef struct {
    PyObject_HEAD
    struct start *start;
} StartObject;

static PyTypeObject *inbox_type;

static struct start *start_of(PyObject *self) {
    return ((StartObject *)self)->start;
}

static PyObject *new_start(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    StartObject *self = (StartObject *)PyType_GenericAlloc(type, 0);
    if (!self)
        return NULL;
    struct start *start = self->start = calloc(1, sizeof *start);
    if (!start) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    start->references = 1;
    start->generation = queue_generation();
    start->pidfd = -1;
    if (!plan_read(start, args, keywords)) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void dealloc_start(PyObject *self) {
    if (start_of(self))
        start_release(start_of(self));
    free_object(self);
}

static PyObject *submit_start(PyObject *self, PyObject *args) {
    struct start *start = start_of(self);
    PyObject *inbox;
    long long ticket;
    int comes_first = false;
    if (!PyArg_ParseTuple(args, "O!L|p:submit", inbox_type, &inbox, &ticket,
                          &comes_first))
        return NULL;
    if (start->state == NEW && !start->inbox) {
        start->inbox = ((InboxObject *)inbox)->inbox;
        start->ticket = ticket;
        start->comes_first = comes_first;
        atomic_fetch_add(&start->inbox->references, 1);
    }
    return PyBool_FromLong(queue_submit(start));
}

static PyObject *run_start(PyObject *self, PyObject *args) {
    double seconds = -1;
    if (!PyArg_ParseTuple(args, "|d:run", &seconds))
        return NULL;
    struct start *start = start_of(self);
    Py_BEGIN_ALLOW_THREADS
    queue_run(start);
    queue_wait(start, seconds);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *start_outcome(PyObject *self, PyObject *nothing) {
    struct start *start = start_of(self);
    if (start->state != DONE)
        Py_RETURN_NONE;
    return Py_BuildValue("iisi", (int)start->pid, start->pidfd,
                         STEP_NAMES[start->error ? start->step : STEP_EXEC],
                         start->error);
}

static PyObject *close_start(PyObject *self, PyObject *nothing) {
    struct start *start = start_of(self);
    if (start->state == DONE && start->pidfd >= 0) {
        close(start->pidfd);
        start->pidfd = -1;
    }
    Py_RETURN_NONE;
}

static PyMethodDef start_methods[] = {
    {"submit", submit_start, METH_VARARGS, NULL},
    {"run", run_start, METH_VARARGS, NULL},
    {"outcome", start_outcome, METH_NOARGS, NULL},
    {"close", close_start, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot start_slots[] = {
    {Py_tp_doc, "One start: a copy of its plan, and what came of it."},
    {Py_tp_new, new_start},
    {Py_tp_dealloc, dealloc_start},
    {Py_tp_methods, start_methods},
    {0, NULL},
};

static PyType_Spec start_spec = {"child_process._launch._spawn.Start",
                                 sizeof(StartObject), 0, Py_TPFLAGS_DEFAULT,
                                 start_slots};

/* ------------------------------------------------------------------ module */

static PyObject *find(PyObject *self, PyObject *args) {
    const char *path, *name;
    char found[PATH_MAX];
    if (!PyArg_ParseTuple(args, "yy:find", &path, &name))
        return NULL;
    if (!find_program(path, name, found))
        Py_RETURN_NONE;
    return PyBytes_FromString(found);
}

static PyObject *open_pipe(PyObject *self, PyObject *index) {
    bool read_by_child = PyLong_AsLong(index) == 0;
    int ends[2];
    if (PyErr_Occurred())
        return NULL;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    int ours = ends[read_by_child], theirs = ends[!read_by_child];
    if (fcntl(ours, F_SETFL, O_NONBLOCK) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        close(ours);
        close(theirs);
        return NULL;
    }
    return Py_BuildValue("ii", ours, theirs);
}

/* With the interpreter's lock; see at_once.py. */
static PyObject *write_at_once(PyObject *self, PyObject *args) {
    int fd;
    PyObject *bytes; /* not "y#", see test_compiled_part.py */
    char *data;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "iS:write_at_once", &fd, &bytes) ||
        PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
        return NULL;
    ssize_t written;
    while ((written = write(fd, data, size)) < 0 && errno == EINTR)
        ;
    return PyLong_FromLong(written < 0 ? errno : 0);
}

static PyMethodDef functions[] = {
    {"find", find, METH_VARARGS, NULL},
    {"open_pipe", open_pipe, METH_O, NULL},
    {"write_at_once", write_at_once, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_spawn",
    .m_doc = "Starts processes on a thread that Python does not know.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__spawn(void) {
    PyObject *self = PyModule_Create(&module);
    if (!self)
        return NULL;
    int error = queue_prepare();
    if (error) {
        errno = error;
        Py_DECREF(self);
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    PyObject *inbox = PyType_FromSpec(&inbox_spec);
    PyObject *start = PyType_FromSpec(&start_spec);
    inbox_type = (PyTypeObject *)inbox;
    if (!inbox || !start || PyModule_AddObjectRef(self, "Inbox", inbox) < 0 ||
        PyModule_AddObjectRef(self, "Start", start) < 0)
        Py_CLEAR(self);
    Py_XDECREF(start);
    return self;
}
