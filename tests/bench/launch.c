/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one command and tells what it cost: nanoseconds of wall time, peak memory in KiB, exit code (128 + N for
   signal N), nanoseconds of processor. Usage: launch RESULT COMMAND…; the four numbers go to the file RESULT, the command keeps its outputs.

   It exists because it is small: what a command costs is seen from outside, from fork to wait, and the peak that
   Linux counts for a child begins with the memory of the process that started it. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long long nanoseconds(struct timeval t)
{
    return (long long)t.tv_sec * 1000000000 + (long long)t.tv_usec * 1000;
}

static int code_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: launch RESULT COMMAND...\n", stderr);
        return 2;
    }
    int64_t start = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    struct rusage usage;
    int status;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    int64_t spent = now() - start;
    FILE *out = fopen(argv[1], "w");
    if (out == NULL)
        return 1;
    fprintf(out, "%lld %ld %d %lld\n", (long long)spent, usage.ru_maxrss, code_of(status),
            nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime));
    return fclose(out) == 0 ? 0 : 1;
}
