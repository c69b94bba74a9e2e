#define _GNU_SOURCE
#include "CSimulation.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

// These stand in the program and so come before libc's: the Swift runtime reaches clocks and randomness through them.

extern struct {
    uint64_t seed0, seed1;
    bool deterministic;
} _swift_stdlib_Hashing_parameters;
extern void *swift_task_enqueueGlobal_hook;
extern void *swift_task_enqueueMainExecutor_hook;

static __thread bool is_simulated;
static uint64_t now;
static uint64_t own_state;
static uint64_t *state = &own_state;
static void (*take_job)(void *job);

__attribute__((swiftcall)) static void enqueue(void *job, void *original) {
    (void)original;
    take_job(job);
}

void simulation_calm_hashing(void) {
    _swift_stdlib_Hashing_parameters.seed0 = 0;
    _swift_stdlib_Hashing_parameters.seed1 = 0;
    _swift_stdlib_Hashing_parameters.deterministic = true;
}

void simulation_take_jobs(void (*take)(void *job)) {
    take_job = take;
    swift_task_enqueueGlobal_hook = (void *)enqueue;
    swift_task_enqueueMainExecutor_hook = (void *)enqueue;
}

void simulation_begin(uint64_t seed) {
    own_state = seed;
    state = &own_state;
    is_simulated = true;
}

void simulation_end(void) { is_simulated = false; }
void simulation_set_now(uint64_t nanoseconds) { now = nanoseconds; }
uint64_t simulation_now(void) { return now; }
void simulation_draw_from(uint64_t *other) { state = other ? other : &own_state; }

static long machine(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static uint64_t draw(void) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

long syscall(long number, ...) {
    long a[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    if (!is_simulated || number != SYS_getrandom) return machine(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    for (long i = 0; i < a[1]; i++) ((uint8_t *)a[0])[i] = (uint8_t)(draw() >> 24);
    return a[1];
}

int clock_gettime(clockid_t id, struct timespec *time) {
    if (!is_simulated) return (int)machine(SYS_clock_gettime, id, (long)time, 0, 0, 0, 0);
    time->tv_sec = (time_t)(now / 1000000000u);
    time->tv_nsec = (long)(now % 1000000000u);
    return 0;
}

uint64_t simulation_machine_time(void) {
    struct timespec time;
    machine(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&time, 0, 0, 0, 0);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
