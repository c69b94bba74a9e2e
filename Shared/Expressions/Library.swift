import Core

/// All built-ins, by name and number of parameters.
enum Library {
    static let natives: [String: Native] = [
        Values.natives, Collections.natives, Texts.natives, Mathematics.natives, Times.natives, Regexes.natives,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// What jq has and this evaluator refuses, with the reason.
    static let refused: [String: String] = {
        var refused: [String: String] = [:]
        for name in [
            "input/0", "inputs/0", "debug/0", "debug/1", "stderr/0", "input_filename/0", "input_line_number/0",
        ] {
            refused[name] = "is not supported: an expression has one input and no outside"
        }
        for name in ["halt/0", "halt_error/0", "halt_error/1"] {
            refused[name] = "is not supported: nothing is to be halted"
        }
        for name in ["env/0", "get_search_list/0", "modulemeta/0", "get_prog_origin/0", "get_jq_origin/0"] {
            refused[name] = "is not supported: there is no environment"
        }
        for name in ["now/0", "localtime/0"] {
            refused[name] = "is not supported: results must not depend on clock or place"
        }
        return refused
    }()

    static let definitions: [String: Syntax.Definition] = {
        do {
            var found: [String: Syntax.Definition] = [:]
            for definition in try Parser.definitions(source + Times.definitions + Regexes.definitions) {
                found["\(definition.name)/\(definition.parameters.count)"] = definition
            }
            return found
        } catch {
            preconditionFailure("the library does not parse: \(error)")
        }
    }()

    /// What is told best in jq itself.
    private static let source = #"""
        def values: select(. != null);
        def nulls: select(. == null);
        def booleans: select(type == "boolean");
        def numbers: select(type == "number");
        def strings: select(type == "string");
        def arrays: select(type == "array");
        def objects: select(type == "object");
        def iterables: select(type | . == "array" or . == "object");
        def scalars: select(type | . != "array" and . != "object");
        def isfinite: type == "number" and (isinfinite | not);
        def finites: select(isinfinite or isnan | not);
        def normals: select(isnormal);
        def map_values(f): .[] |= f;
        def recurse: ..;
        def recurse(f; cond): def r: ., (f | select(cond) | r); r;
        def recurse_down: ..;
        def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
        def from_entries: reduce .[] as $x ({};
            . + { ($x | if type == "object" then
                    (if .key == null then .k // .name // .Name // .K // .Key
                        | if . == null then "null" else . end else .key end)
                else error("Cannot index \(type) with \"key\"") end
                | if type == "string" then . elif type == "null" then "null" else tojson end):
                ($x | if has("value") then .value elif has("v") then .v elif has("Value") then .Value
                    elif has("V") then .V else null end) });
        def with_entries(f): to_entries | map(f) | from_entries;
        def paths: path(..) | select(length > 0);
        def paths(node_filter): . as $dot | paths | select(. as $p | $dot | getpath($p) | node_filter);
        def leaf_paths: paths(scalars);
        def any: any(.[]; .);
        def any(f): any(.[]; f);
        def all: all(.[]; .);
        def all(f): all(.[]; f);
        def add(f): reduce f as $x (null; . + $x);
        def in(xs): . as $x | xs | has($x);
        def inside(xs): . as $x | xs | contains($x);
        def range($x): range(0; $x);
        def first: .[0];
        def last: .[-1];
        def nth($n): .[$n];
        def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else first(skip($n; f)) end;
        def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
        def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
        def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
        def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
        def fromstream(f): { x: null, e: false } as $init
            | foreach f as $i ($init;
                if .e then $init else . end
                | if $i | length == 2
                then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
                else setpath(["e"]; $i[0] | length == 1) end;
                if .e then .x else empty end);
        def truncate_stream(stream): . as $n | null | stream
            | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
        def pick(pathexps): . as $top | reduce path(pathexps) as $p (null; setpath($p; $top | getpath($p)));
        def JOIN($idx; idx_expr): [.[] | [., $idx[idx_expr]]];
        def JOIN($idx; stream; idx_expr): stream | [., $idx[idx_expr]];
        def JOIN($idx; stream; idx_expr; join_expr): stream | [., $idx[idx_expr]] | join_expr;
        def ascii: [.] | implode;
        def INDEX(stream; idx_expr): reduce stream as $row ({}; .[$row | idx_expr | tostring] |= $row);
        def INDEX(idx_expr): INDEX(.[]; idx_expr);
        def IN(s): any(s == .; .);
        def IN(src; s): any(src == s; .);
        def have_literal_numbers: true;
        def have_decnum: false;
        def toarray: if type == "array" then . else [.] end;
        def index($i): indices($i) | .[0];
        def rindex($i): indices($i) | .[-1:][0];
        def join($x): reduce .[] as $i (null;
            (if . == null then "" else . + $x end)
            + ($i | if . == null then "" elif type == "boolean" or type == "number" then tojson else . end)) // "";
        def flatten: _flatten(-1);
        def flatten($x): if $x < 0 then error("flatten depth must not be negative") else _flatten($x) end;

        """#
}
