extension String {
    /// Whether there is a NUL in it.
    public var hasNUL: Bool { utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0) }

    /// The text with a replacement character for each NUL, which the database cannot hold.
    public var withoutNUL: String {
        hasNUL ? String(decoding: utf8.flatMap { $0 == 0 ? [0xef, 0xbf, 0xbd] : [$0] }, as: UTF8.self) : self
    }
}
