extension Broker {
    /// Drops what the topics no longer want to keep, and says what else is to be done beside.
    func upkeep() -> [Janitor.Chore] {
        var chores: [Janitor.Chore] = [.emptyTrash(topics.trashFolder)]
        for log in topics.partitions.values {
            do throws(StoreError) { _ = try log.applyRetention(now: wallNow) } catch { complain(error) }
            guard !compacting.contains(log.id), let compaction = log.compaction(now: wallNow) else { continue }
            compacting.insert(log.id)
            chores.append(.compact(compaction))
        }
        return chores
    }

    /// A compaction is through.
    func finish(_ outcome: Compaction.Outcome) {
        compacting.remove(outcome.partition)
        if let error = outcome.error { return complain(error) }
        guard let log = topics.partitions[outcome.partition] else { return }
        do throws(StoreError) { try log.adopt(outcome) } catch { complain(error) }
    }
}
