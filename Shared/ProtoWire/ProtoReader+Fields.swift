// What generated code calls. A value whose layout is not the field's own is passed over like an unknown field.
extension ProtoReader {
    /// Reads a single field.
    @inlinable
    public mutating func read<Codec: ProtoCodec>(
        _: Codec.Type, _ tag: ProtoTag, into value: inout Codec.Value
    ) throws(ProtoError) {
        guard tag.wire == Codec.wire else { return try skip(tag) }
        value = try Codec.read(from: &self)
    }

    /// Reads a single field that can be absent.
    @inlinable
    public mutating func read<Codec: ProtoCodec>(
        _: Codec.Type, _ tag: ProtoTag, into value: inout Codec.Value?
    ) throws(ProtoError) {
        guard tag.wire == Codec.wire else { return try skip(tag) }
        value = try Codec.read(from: &self)
    }

    /// Reads one more value of a list, or many when they are packed.
    @inlinable
    public mutating func read<Codec: ProtoCodec>(
        _: Codec.Type, _ tag: ProtoTag, into values: inout [Codec.Value]
    ) throws(ProtoError) {
        if tag.wire == Codec.wire {
            values.append(try Codec.read(from: &self))
        } else if tag.wire == .delimited {
            let range = try delimited()
            let (after, outer) = (position, end)
            (position, end) = (range.lowerBound, range.upperBound)
            while position < end { values.append(try Codec.read(from: &self)) }
            (position, end) = (after, outer)
        } else {
            try skip(tag)
        }
    }

    /// Reads an entry of a map; of equal keys the last wins.
    @inlinable
    public mutating func read<Key: ProtoKeyCodec, Value: ProtoCodec>(
        _: Key.Type, _: Value.Type, _ tag: ProtoTag, into map: inout [Key.Value: Value.Value]
    ) throws(ProtoError) {
        guard tag.wire == .delimited else { return try skip(tag) }
        let range = try enter()
        let outer = end
        (position, end) = (range.lowerBound, range.upperBound)
        var (key, value) = (Key.zero, Value.zero)
        while let tag = try next() {
            switch tag.number {
            case 1: try read(Key.self, tag, into: &key)
            case 2: try read(Value.self, tag, into: &value)
            default: try skip(tag)
            }
        }
        map[key] = value
        leave(to: outer)
    }

    /// Reads an embedded message into what is already there.
    @inlinable
    public mutating func merge<Message: ProtoMessage>(
        _ tag: ProtoTag, into value: inout Message?
    ) throws(ProtoError) {
        guard tag.wire == .delimited else { return try skip(tag) }
        var merged = value ?? Message()
        try message(into: &merged)
        value = merged
    }
}
