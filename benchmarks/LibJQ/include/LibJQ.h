#pragma once
#include <stddef.h>
#include <stdint.h>

/// jq's own library, opened while running so that nothing but the benchmark of expressions asks for it.

/// A compiled program.
typedef struct libjq_program libjq_program;

/// Opens the library; null when it is there, else what is wrong.
const char *libjq_open(void);

/// Compiles `text`; null when that is no program of this version.
libjq_program *libjq_compile(const char *text);
void libjq_free(libjq_program *program);

/// Parses the document that `libjq_run` gets.
void libjq_input(libjq_program *program, const char *json, size_t length);

/// Runs the program on that document `times` times and drops the results. How many results there were; -1 for an error.
long libjq_run(libjq_program *program, long times);

/// Parses, runs and prints `times` times. How many bytes were printed; -1 for an error.
long libjq_convert(libjq_program *program, const char *json, size_t length, long times);

/// The first result as text, in memory that lasts until the next call; null when there is none.
const char *libjq_result(libjq_program *program);
