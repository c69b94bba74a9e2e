#include "LibJQ.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// The public interface of libjq 1.6 and 1.7, as far as it is used here.
typedef struct {
    unsigned char kind_flags, pad;
    unsigned short offset;
    int size;
    union {
        void *pointer;
        double number;
    } value;
} jv;

static struct {
    void *(*init)(void);
    void (*teardown)(void **);
    int (*compile)(void *, const char *);
    void (*start)(void *, jv, int);
    jv (*next)(void *);
    void (*set_error_cb)(void *, void (*)(void *, jv), void *);
    jv (*parse_sized)(const char *, int);
    jv (*dump_string)(jv, int);
    const char *(*string_value)(jv);
    int (*string_length_bytes)(jv);
    jv (*copy)(jv);
    void (*free)(jv);
} jq;

struct libjq_program {
    void *state;
    jv input, result;
};

static void quiet(void *context, jv message) {
    (void)context;
    jq.free(message);
}

// The kind 0 marks what is no value: an error, or the end of the results.
static int is_valid(jv value) { return (value.kind_flags & 0x0f) != 0; }

const char *libjq_open(void) {
    void *library = dlopen("libjq.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    const struct {
        const char *name;
        void *target;
    } names[] = {
        {"jq_init", &jq.init},
        {"jq_teardown", &jq.teardown},
        {"jq_compile", &jq.compile},
        {"jq_start", &jq.start},
        {"jq_next", &jq.next},
        {"jq_set_error_cb", &jq.set_error_cb},
        {"jv_parse_sized", &jq.parse_sized},
        {"jv_dump_string", &jq.dump_string},
        {"jv_string_value", &jq.string_value},
        {"jv_string_length_bytes", &jq.string_length_bytes},
        {"jv_copy", &jq.copy},
        {"jv_free", &jq.free},
    };
    for (size_t at = 0; at < sizeof names / sizeof *names; at++) {
        void *symbol = dlsym(library, names[at].name);
        if (!symbol) return dlerror();
        memcpy(names[at].target, &symbol, sizeof symbol);
    }
    return NULL;
}

libjq_program *libjq_compile(const char *text) {
    libjq_program *program = calloc(1, sizeof *program);
    if (!program) return NULL;
    program->state = jq.init();
    jq.set_error_cb(program->state, quiet, NULL);
    program->input = jq.parse_sized("null", 4);
    program->result = jq.parse_sized("null", 4);
    if (jq.compile(program->state, text)) return program;
    libjq_free(program);
    return NULL;
}

void libjq_free(libjq_program *program) {
    if (!program) return;
    jq.free(program->input);
    jq.free(program->result);
    jq.teardown(&program->state);
    free(program);
}

void libjq_input(libjq_program *program, const char *json, size_t length) {
    jq.free(program->input);
    program->input = jq.parse_sized(json, (int)length);
}

long libjq_run(libjq_program *program, long times) {
    long results = 0;
    for (long time = 0; time < times; time++) {
        jq.start(program->state, jq.copy(program->input), 0);
        jv value;
        while (is_valid(value = jq.next(program->state))) {
            results++;
            jq.free(value);
        }
        jq.free(value);
    }
    return results;
}

long libjq_convert(libjq_program *program, const char *json, size_t length, long times) {
    long bytes = 0;
    for (long time = 0; time < times; time++) {
        jv input = jq.parse_sized(json, (int)length);
        if (!is_valid(input)) return -1;
        jq.start(program->state, input, 0);
        jv value;
        while (is_valid(value = jq.next(program->state))) {
            jv text = jq.dump_string(value, 0);
            bytes += jq.string_length_bytes(jq.copy(text));
            jq.free(text);
        }
        jq.free(value);
    }
    return bytes;
}

const char *libjq_result(libjq_program *program) {
    jq.start(program->state, jq.copy(program->input), 0);
    jv value = jq.next(program->state);
    if (!is_valid(value)) {
        jq.free(value);
        return NULL;
    }
    jq.free(program->result);
    program->result = jq.dump_string(value, 0);
    return jq.string_value(program->result);
}
