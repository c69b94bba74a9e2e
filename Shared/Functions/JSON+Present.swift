import Core

extension JSON {
    /// The value, unless it is `null`. In an optional's closure `nil` would mean JSON's own null.
    var present: JSON? { isNull ? Optional<JSON>.none : .some(self) }
}
