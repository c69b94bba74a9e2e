#include "CSimdjson.h"
#include <new>
#include <simdjson.h>

struct csj_parser {
    simdjson::dom::parser parser;
};

extern "C" {

csj_parser *csj_parser_create(void) { return new (std::nothrow) csj_parser(); }

void csj_parser_destroy(csj_parser *parser) { delete parser; }

csj_document csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length) {
    csj_document out = {nullptr, nullptr, 0, ""};
    auto result = parser->parser.parse(bytes, length, true);
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
