// What generated code calls.
extension ProtoWriter {
    /// Writes a single field unless it is at its default.
    @inlinable
    public mutating func write<Codec: ProtoCodec>(_: Codec.Type, _ number: Int, _ value: Codec.Value) {
        if !Codec.isZero(value) { always(Codec.self, number, value) }
    }

    /// Writes a single field that can be absent, if it is there.
    @inlinable
    public mutating func write<Codec: ProtoCodec>(_: Codec.Type, _ number: Int, optional value: Codec.Value?) {
        if let value { always(Codec.self, number, value) }
    }

    /// Writes a single field even at its default.
    @inlinable
    public mutating func always<Codec: ProtoCodec>(_: Codec.Type, _ number: Int, _ value: Codec.Value) {
        tag(number, Codec.wire)
        Codec.write(value, to: &self)
    }

    /// Writes a list, a tag before every value.
    @inlinable
    public mutating func write<Codec: ProtoCodec>(_: Codec.Type, _ number: Int, each values: [Codec.Value]) {
        for value in values { always(Codec.self, number, value) }
    }

    /// Writes a list under one tag.
    @inlinable
    public mutating func write<Codec: ProtoCodec>(_: Codec.Type, _ number: Int, packed values: [Codec.Value]) {
        guard !values.isEmpty else { return }
        tag(number, .delimited)
        delimited { writer in for value in values { Codec.write(value, to: &writer) } }
    }

    /// Writes a map in the order of its keys.
    @inlinable
    public mutating func write<Key: ProtoKeyCodec, Value: ProtoCodec>(
        _: Key.Type, _: Value.Type, _ number: Int, map: [Key.Value: Value.Value]
    ) {
        for (key, value) in map.sorted(by: { Key.precedes($0.key, $1.key) }) {
            tag(number, .delimited)
            delimited { writer in
                writer.always(Key.self, 1, key)
                writer.always(Value.self, 2, value)
            }
        }
    }
}
