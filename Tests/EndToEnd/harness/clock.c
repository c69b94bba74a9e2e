// Steps the wall clock of one process: loaded by LD_PRELOAD, it adds the seconds that stand in the file CHAOS_CLOCK (eight
// bytes, shared, so a change holds at once). Monotonic clocks stay. Waits until a moment of the wall clock follow its
// steps, as the kernel's do. (libfaketime does not serve: it moves timerfds of the monotonic clock, on which all timers of
// Swift hang, and knows nothing of cnd_timedwait, on which librdkafka waits.)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *step;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *step, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) step = page;
    if (file >= 0) close(file);
    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = real ? real(clock, now) : (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && step && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *step;
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec fine;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &fine);
    *now = (struct timeval){fine.tv_sec, fine.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *now, int base) { return clock_gettime(CLOCK_REALTIME, now) ? 0 : base; }

// The next moment of the monotonic clock to look at the wall clock again; whether `until` has come.
static int slice(const struct timespec *until, struct timespec *next) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t left = (int64_t)(until->tv_sec - now.tv_sec) * 1000000000 + until->tv_nsec - now.tv_nsec;
    int64_t wait = left < 0 ? 0 : left < 1000000000 ? left : 1000000000;
    clock_gettime(CLOCK_MONOTONIC, next);
    int64_t at = next->tv_nsec + wait;
    *next = (struct timespec){next->tv_sec + at / 1000000000, at % 1000000000};
    return left <= 0;
}

static int await(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    struct timespec next;
    for (;;) {
        int due = slice(until, &next), result = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &next);
        if (result != ETIMEDOUT || due) return result;
    }
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    // glibc notes there that the condition goes by the monotonic clock.
    if (condition->__data.__wrefs & 2) return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, until);
    return await(condition, mutex, until);
}

int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until) {
    int result = await((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec next;
    for (;;) {
        int due = slice(until, &next), result = sem_clockwait(semaphore, CLOCK_MONOTONIC, &next);
        if (result == 0 || errno != ETIMEDOUT || due) return result;
    }
}
