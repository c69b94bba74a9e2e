#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed document: simdjson's tape and its string buffer. Valid until the next parse on the same parser.
typedef struct {
    const uint64_t *tape;
    const uint8_t *strings;
    int error;            // 0, or simdjson's error code
    const char *message;  // static text for `error`
} csj_document;

typedef struct csj_parser csj_parser;

csj_parser *csj_parser_create(void);
void csj_parser_destroy(csj_parser *parser);
/// Parses `length` bytes; copies them, so no padding is asked of the caller.
csj_document csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
