#pragma once
#include <stdbool.h>
#include <stdint.h>

// What a process asks of its machine, in place of the machine: the time, randomness and where jobs run.
// On the one thread that called simulation_begin only; all others get the real ones.

/// Makes hashing the same in every run of the program. To be called before anything is hashed.
void simulation_calm_hashing(void);
/// Jobs that have no executor of their own go to `take` from now on.
void simulation_take_jobs(void (*take)(void *job));
/// From now on this thread's clocks and random numbers are the simulation's.
void simulation_begin(uint64_t seed);
/// This thread's clocks and random numbers are the machine's again.
void simulation_end(void);
/// Sets the clocks, in nanoseconds since 1970.
void simulation_set_now(uint64_t nanoseconds);
/// The clocks.
uint64_t simulation_now(void);
/// What the runtime's generators draw from: a simulation gives each process a stream of its own.
void simulation_draw_from(uint64_t *state);
/// The machine's monotonic clock, in nanoseconds.
uint64_t simulation_machine_time(void);
