/// A compiled JSON schema: the part of 2020-12 that is checked here; anything else is refused when it is compiled.
public struct Schema: Sendable {
    let node: SchemaNode
}
