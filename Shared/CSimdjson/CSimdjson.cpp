#include "CSimdjson.h"
#include <new>
#include <cstring>
#include <memory>
#include <simdjson.h>

struct csj_parser {
    simdjson::dom::parser parser;
    std::unique_ptr<uint8_t[]> padded;
    size_t room = 0;

    // The bytes with as many behind them as simdjson may read.
    const uint8_t *pad(const uint8_t *bytes, size_t length) {
        if (length + simdjson::SIMDJSON_PADDING > room) {
            padded.reset();
            room = length * 2 + simdjson::SIMDJSON_PADDING;
            padded.reset(new (std::nothrow) uint8_t[room]);
            if (!padded) room = 0;
        }
        if (padded && length) std::memcpy(padded.get(), bytes, length);
        if (padded) std::memset(padded.get() + length, 0, simdjson::SIMDJSON_PADDING);
        return padded.get();
    }
};

// Making a parser costs as much as parsing a kilobyte: each thread keeps its last one, unless that is large.
static thread_local std::unique_ptr<csj_parser> spare;
static const size_t largest_spare = 1 << 18;

extern "C" {

csj_parser *csj_parser_create(void) { return spare ? spare.release() : new (std::nothrow) csj_parser(); }

void csj_parser_destroy(csj_parser *parser) {
    if (!spare && parser->room <= largest_spare) {
        spare.reset(parser);
    } else {
        delete parser;
    }
}

csj_document csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length) {
    csj_document out = {nullptr, nullptr, 0, ""};
    const uint8_t *padded = parser->pad(bytes, length);
    auto result = padded ? parser->parser.parse(padded, length, false)
                         : simdjson::simdjson_result<simdjson::dom::element>(simdjson::MEMALLOC);
    if (auto error = result.error()) {
        out.error = static_cast<int>(error);
        out.message = simdjson::error_message(error);
        return out;
    }
    out.tape = parser->parser.doc.tape.get();
    out.strings = parser->parser.doc.string_buf.get();
    return out;
}

}
