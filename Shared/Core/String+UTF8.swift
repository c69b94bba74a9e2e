extension String {
    /// The text that bytes are in UTF-8; nil when they are not.
    public init?(utf8 bytes: [UInt8]) {
        // Most are ASCII: no check of the library's is as quick.
        if bytes.reduce(0, |) < 0x80 {
            self.init(decoding: bytes, as: UTF8.self)
        } else {
            self.init(validating: bytes, as: UTF8.self)
        }
    }

    /// The text after its first bytes, which are whole characters.
    public func withoutFirst(_ bytes: Int) -> String { String(decoding: utf8.dropFirst(bytes), as: UTF8.self) }
}
