import Core
import Glibc

/// Built-ins on numbers.
enum Mathematics {
    static let natives: [String: Native] = {
        var natives: [String: Native] = [
            "infinite/0": Native { _, _, _ throws(Signal) in .number(.infinity) },
            "nan/0": Native { _, _, _ throws(Signal) in .number(.nan) },
            "isinfinite/0": Native { input, _, _ throws(Signal) in .bool(try number(input).isInfinite) },
            "isnan/0": Native { input, _, _ throws(Signal) in .bool(try number(input).isNaN) },
            "isnormal/0": Native { input, _, _ throws(Signal) in .bool(try number(input).isNormal) },
            "abs/0": Native { input, _, _ throws(Signal) in
                guard let value = input.double else {
                    if input.isNull || input.bool != nil || input.holds || input.array != nil || input.object != nil {
                        throw .message("\(Values.described(input)) has no absolute value")
                    }
                    return input
                }
                return value < 0 ? Arithmetic.negated(input) : input
            },
            "frexp/0": Native { input, _, _ throws(Signal) in
                let value = try number(input)
                guard value.isFinite, value != 0 else { return .array([Arithmetic.number(value), 0]) }
                let exponent = value.exponent + 1
                return .array([
                    Arithmetic.number(scalbn(value, -Int32(exponent))), .integer(Int64(exponent)),
                ])
            },
            "modf/0": Native { input, _, _ throws(Signal) in
                let value = try number(input)
                if value.isInfinite { return .array([.integer(0), .number(value)]) }
                let whole = value.rounded(.towardZero)
                return .array([Arithmetic.number(value - whole), Arithmetic.number(whole)])
            },
            "fma/3": Native { _, arguments, _ throws(Signal) in
                Arithmetic.number(fma(try number(arguments[0]), try number(arguments[1]), try number(arguments[2])))
            },
        ]
        for (name, function) in unary {
            natives[name + "/0"] = Native { input, _, _ throws(Signal) in
                // What is whole stays exact.
                if case .integer = input, roundings.contains(name) { return input }
                return Arithmetic.number(function(try number(input)))
            }
        }
        for (name, function) in binary {
            natives[name + "/2"] = Native { _, arguments, _ throws(Signal) in
                Arithmetic.number(function(try number(arguments[0]), try number(arguments[1])))
            }
        }
        return natives
    }()

    private static let roundings: Set<String> = ["floor", "ceil", "round", "trunc", "rint", "nearbyint"]

    private static let unary: [(String, @Sendable (Double) -> Double)] = [
        ("floor", { Glibc.floor($0) }), ("ceil", { Glibc.ceil($0) }), ("round", { Glibc.round($0) }),
        ("trunc", { Glibc.trunc($0) }), ("rint", { Glibc.rint($0) }), ("nearbyint", { Glibc.nearbyint($0) }),
        ("sqrt", { Glibc.sqrt($0) }), ("cbrt", { Glibc.cbrt($0) }), ("fabs", { Glibc.fabs($0) }),
        ("exp", { Glibc.exp($0) }), ("exp2", { Glibc.exp2($0) }), ("exp10", { Glibc.pow(10, $0) }),
        ("expm1", { Glibc.expm1($0) }), ("log", { Glibc.log($0) }), ("log2", { Glibc.log2($0) }),
        ("log10", { Glibc.log10($0) }), ("log1p", { Glibc.log1p($0) }), ("sin", { Glibc.sin($0) }),
        ("cos", { Glibc.cos($0) }), ("tan", { Glibc.tan($0) }), ("asin", { Glibc.asin($0) }),
        ("acos", { Glibc.acos($0) }), ("atan", { Glibc.atan($0) }), ("sinh", { Glibc.sinh($0) }),
        ("cosh", { Glibc.cosh($0) }), ("tanh", { Glibc.tanh($0) }), ("asinh", { Glibc.asinh($0) }),
        ("acosh", { Glibc.acosh($0) }), ("atanh", { Glibc.atanh($0) }), ("tgamma", { Glibc.tgamma($0) }),
        ("significand", { $0 == 0 || !$0.isFinite ? $0 : Glibc.scalbn($0, -Int32($0.exponent)) }),
        ("logb", { Glibc.logb($0) }),
    ]

    private static let binary: [(String, @Sendable (Double, Double) -> Double)] = [
        ("pow", { Glibc.pow($0, $1) }), ("atan2", { Glibc.atan2($0, $1) }), ("fmod", { Glibc.fmod($0, $1) }),
        ("fmin", { Glibc.fmin($0, $1) }), ("fmax", { Glibc.fmax($0, $1) }), ("hypot", { Glibc.hypot($0, $1) }),
        ("ldexp", { Glibc.scalbn($0, exponent($1)) }), ("scalb", { Glibc.scalbn($0, exponent($1)) }),
        ("scalbln", { Glibc.scalbn($0, exponent($1)) }), ("copysign", { Glibc.copysign($0, $1) }),
        ("drem", { Glibc.remainder($0, $1) }), ("nextafter", { Glibc.nextafter($0, $1) }),
        ("fdim", { Glibc.fdim($0, $1) }),
    ]

    @Sendable private static func exponent(_ value: Double) -> Int32 {
        value.isNaN ? 0 : Int32(min(max(value, -100_000), 100_000))
    }

    private static func number(_ value: JSON) throws(Signal) -> Double {
        guard let number = value.double else { throw .message("\(Values.described(value)) number required") }
        return number
    }
}
