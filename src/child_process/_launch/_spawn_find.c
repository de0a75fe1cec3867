/* The first program of a name in PATH: some system calls for each folder. */
#include "_spawn.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fill *found*, of PATH_MAX bytes; False where there is none. A part of *path* that
 * is relative, or empty, is not searched. */
bool find_program(const char *path, const char *name, char *found) {
    size_t size = strlen(name);
    for (const char *part = path, *end; part; part = *end ? end + 1 : NULL) {
        end = strchrnul(part, ':');
        size_t length = (size_t)(end - part);
        if (*part != '/' || length + size + 2 > PATH_MAX)
            continue;
        memcpy(found, part, length);
        found[length] = '/';
        memcpy(found + length + 1, name, size + 1);
        struct stat status;
        if (!access(found, X_OK) && !stat(found, &status) && S_ISREG(status.st_mode))
            return true;
    }
    return false;
}
