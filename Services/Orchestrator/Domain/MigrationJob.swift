/// A migration of running executions from one version to another: where it stands and what has come of it.
public struct MigrationJob: Sendable, Hashable {
    /// How far it is.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Executions are being classified; nothing moves.
        case planning
        /// All are classified, and nothing more was asked for.
        case planned
        /// Those that can be are taken over.
        case applying
        /// All have been tried.
        case done

        /// Whether nothing is left to do.
        public var isFinal: Bool { self == .planned || self == .done }
    }

    /// How an execution takes to the version.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// As it stands.
        case safe
        /// If it is told what became of its open tasks.
        case needsMapping
        /// Not at all.
        case impossible
    }

    /// What one batch came to.
    public struct Batch: Sendable, Hashable {
        /// The classes of those that stay.
        public var classes: [Class]
        /// How many were taken over.
        public var migrated: Int
        /// How many could not be looked at, since somebody else had them.
        public var held: Int
        /// The last execution of it; nil when there was none.
        public var last: String?
        /// Whether none comes after it.
        public var isLast: Bool

        /// A batch.
        public init(classes: [Class], migrated: Int = 0, held: Int = 0, last: String?, isLast: Bool) {
            (self.classes, self.migrated, self.held) = (classes, migrated, held)
            (self.last, self.isLast) = (last, isLast)
        }
    }

    /// How far it is.
    public var phase: Phase
    /// Whether what can be taken over is to be.
    public let applies: Bool
    /// The execution after which it goes on; empty at the beginning of a pass.
    public var cursor: String
    /// How many steps there have been.
    public var step: Int64
    /// How many the plan found safe.
    public var safe: Int64
    /// How many it found to need a mapping.
    public var needsMapping: Int64
    /// How many it found impossible.
    public var impossible: Int64
    /// How many have been taken over.
    public var migrated: Int64
    /// How many of them in this pass.
    public var migratedInPass: Int64
    /// How many of this pass were held by somebody else.
    public var heldInPass: Int64
    /// How many of this pass stay as they are.
    public var left: Int64

    /// A migration that begins.
    public init(applies: Bool) {
        (phase, self.applies, cursor, step) = (.planning, applies, "", 0)
        (safe, needsMapping, impossible, migrated, migratedInPass, heldInPass, left) = (0, 0, 0, 0, 0, 0, 0)
    }

    /// Takes in a batch. Passes are repeated until one takes nothing over and finds nothing held: what started or was
    /// busy meanwhile is tried again.
    public mutating func take(_ batch: Batch) {
        step += 1
        if let last = batch.last { cursor = last }
        switch phase {
        case .planning:
            count(batch.classes)
            guard batch.isLast else { return }
            phase = applies ? .applying : .planned
            beginPass()
        case .applying:
            migrated += Int64(batch.migrated)
            migratedInPass += Int64(batch.migrated)
            heldInPass += Int64(batch.held)
            left += Int64(batch.classes.count)
            guard batch.isLast else { return }
            if migratedInPass == 0, heldInPass == 0 { return phase = .done }
            beginPass()
        case .planned, .done: break
        }
    }

    private mutating func count(_ classes: [Class]) {
        for one in classes {
            switch one {
            case .safe: safe += 1
            case .needsMapping: needsMapping += 1
            case .impossible: impossible += 1
            }
        }
    }

    private mutating func beginPass() { (cursor, migratedInPass, heldInPass, left) = ("", 0, 0, 0) }
}
