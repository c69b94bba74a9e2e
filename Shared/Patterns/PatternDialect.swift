/// Whose rules a pattern follows where they differ.
public enum PatternDialect: Sendable, Hashable {
    /// Oniguruma's Perl syntax, as jq uses it: `\d`, `\w`, `\s` are Unicode's, `$` matches before a last line end too.
    case oniguruma
    /// ECMA-262 in Unicode mode, as JSON Schema recommends: `\d` and `\w` are ASCII, `$` is the very end, and escapes
    /// of letters without a meaning are errors.
    case ecma
}
