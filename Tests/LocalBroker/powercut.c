// Preloaded into the broker: notes how much of a log was on the disk after each sync that succeeded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(const char *path, long long size) {
    char line[4300];
    int count = snprintf(line, sizeof line, "%lld %s\n", size, path);
    int file = open(getenv("POWERCUT_NOTES"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, line, count) != count) abort();
    close(file);
}

// What is written while the sync runs may be on the disk or not: the size before it is what counts.
static int watched(int descriptor, char *path, long long *size) {
    char link[64];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, 4096);
    if (count < 4 || fstat(descriptor, &status) != 0) return 0;
    path[count] = 0;
    *size = status.st_size;
    return S_ISREG(status.st_mode) && strcmp(path + count - 4, ".log") == 0;
}

static int synced(int descriptor, const char *name) {
    char path[4097];
    long long size;
    int isWatched = watched(descriptor, path, &size);
    int result = ((int (*)(int))dlsym(RTLD_NEXT, name))(descriptor);
    if (isWatched && result == 0) note(path, size);
    return result;
}

int fdatasync(int descriptor) { return synced(descriptor, "fdatasync"); }
int fsync(int descriptor) { return synced(descriptor, "fsync"); }
