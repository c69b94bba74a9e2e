import LocalBrokerDomain

/// The ledger of a partition as it was at the start of a segment.
enum ProducerSnapshot {
    static func encode(_ ledger: ProducerLedger) -> [UInt8] {
        var writer = WireWriter()
        writer.array(ledger.sorted) { writer, producer in
            writer.int64(producer.id)
            writer.int16(producer.entry.epoch)
            writer.int64(producer.entry.lastTimestamp)
            writer.array(producer.entry.batches) { writer, batch in
                writer.int32(batch.firstSequence)
                writer.int32(batch.lastSequence)
                writer.int64(batch.baseOffset)
                writer.int64(batch.lastOffset)
            }
        }
        return SealedFile.seal(writer.bytes)
    }

    /// Nil unless the bytes are whole.
    static func decode(_ bytes: [UInt8]) -> ProducerLedger? {
        guard let body = SealedFile.open(bytes) else { return nil }
        return body.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            var ledger = ProducerLedger()
            _ = reader.array { reader in
                let id = reader.int64()
                let epoch = reader.int16()
                let time = reader.int64()
                let batches = reader.array { reader in
                    ProducerLedger.Batch(
                        firstSequence: reader.int32(), lastSequence: reader.int32(), baseOffset: reader.int64(),
                        lastOffset: reader.int64())
                }
                ledger.restore(id: id, entry: ProducerLedger.Entry(epoch: epoch, lastTimestamp: time, batches: batches))
            }
            return reader.isBroken ? nil : ledger
        }
    }
}
