/// Whether the partitions are paused. Pure.
struct BackPressure {
    /// What is to be done with all partitions.
    enum Step { case pause, resume }

    /// Nil when some may be and others not.
    private var isPaused: Bool? = false

    /// What is to be done now, if anything.
    mutating func step(isCongested: Bool) -> Step? {
        if isCongested == isPaused { return nil }
        isPaused = isCongested
        return isCongested ? .pause : .resume
    }

    /// Partitions came or went. New ones are not paused, but one that was paused when it went may come back so:
    /// librdkafka remembers that.
    mutating func partitionsChanged() { isPaused = nil }
}
