/// What a part of a document looks like. Expressions in it are compiled where the part becomes a template.
indirect enum Shape: Sendable {
    /// Whatever it is.
    case any
    /// A text, described in words.
    case text(String)
    /// One of these texts.
    case choice([String])
    /// `true` or `false`.
    case flag
    /// A whole number.
    case whole(ClosedRange<Int>)
    /// A length of time.
    case duration
    /// `${ }` around the whole text.
    case expression
    /// `${ }` around the whole text, or else this.
    case expressionOr(Shape)
    /// An object of any members.
    case object
    /// An object with members of one shape.
    case map(Shape)
    /// An array with elements of one shape.
    case list(Shape)
    /// An object of these members, some of which must be there; an open one may have others.
    case record(KeyValuePairs<String, Shape>, required: [String] = [], isOpen: Bool = false)
    /// A URI reference or a URI template.
    case uri
    /// A URI, an expression, or an object of `uri` and `authentication`.
    case endpoint
    /// Something to be fetched: `name` and `endpoint`.
    case resource
    /// A way to authenticate, or `use` with the name of one.
    case authentication
}

extension Shape {
    static let policies = ["basic", "bearer", "digest", "oauth2", "oidc"]
    static let output = Shape.choice(["raw", "content", "response"])

    /// The members of `oauth2` and `oidc`.
    static let tokens: KeyValuePairs<String, Shape> = [
        "authority": .uri,
        "grant": .choice([
            "authorization_code", "client_credentials", "password", "refresh_token",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ]),
        "client": .record([
            "id": .text("the client's identifier"), "secret": .text("the client's secret"),
            "assertion": .text("a JWT"),
            "authentication": .choice([
                "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none",
            ]),
        ]),
        "request": .record(
            ["encoding": .choice(["application/x-www-form-urlencoded", "application/json"])], isOpen: true),
        "issuers": .list(.text("an issuer")), "scopes": .list(.text("a scope")),
        "audiences": .list(.text("an audience")), "username": .text("a user's name"),
        "password": .text("a password"), "subject": token, "actor": token,
    ]
    private static let token = Shape.record(
        ["token": .text("a token"), "type": .text("the token's type")], required: ["token", "type"])
    static let tokenEndpoints = Shape.record(
        ["token": .text("a URI"), "revocation": .text("a URI"), "introspection": .text("a URI")], isOpen: true)
}
