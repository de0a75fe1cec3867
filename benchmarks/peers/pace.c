/* The floor: a loop of posix_spawn and waitpid, so many children at a time.
 *
 * Usage: pace COUNT AT_ONCE. Prints the seconds that it took.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void start(posix_spawn_file_actions_t *actions) {
    char *argv[] = {"true", NULL};
    pid_t pid;
    if (posix_spawnp(&pid, "true", actions, NULL, argv, environ))
        exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    int count = atoi(argv[1]), at_once = atoi(argv[2]), started = 0;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    double began = now();
    for (; started < at_once && started < count; started++)
        start(&actions);
    for (int ended = 0; ended < count; ended++) {
        int status;
        if (waitpid(-1, &status, 0) < 0 || status)
            return 1;
        if (started < count) {
            start(&actions);
            started++;
        }
    }
    printf("%.9f\n", now() - began);
    return 0;
}
