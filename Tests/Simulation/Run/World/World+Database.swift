import Core
import SimulatedPostgres

extension World {
    /// What goes wrong at a place in a database session, if anything.
    func sin(_ point: SimulatedPostgres.Point, _ service: Service) -> SimulatedPostgres.Sin? {
        func place() -> String { "\(service.rawValue) \(Self.place(point))" }
        watch(point, service)
        if let process = processes.first(where: { $0.incarnation?.name == point.process }) {
            reach(Self.place(point), process.incarnation!)
            // A process that is dead by now commits nothing more.
            if process.incarnation?.life == .dead { return point.step == .committed ? nil : .connectionLost }
        }
        switch point.step {
        case .connect:
            if sins.strikes(.tooManyConnections, at: place()) { return .tooManyConnections }
        case .statement:
            if sins.strikes(.connectionLost, at: place()) { return .connectionLost }
            if sins.strikes(.serializationFailure, at: place()) { return .serializationFailure }
            if sins.strikes(.timeout, at: place()) { return .timeout }
        case .commit:
            if sins.strikes(.commitLost, at: place()) { return .connectionLost }
        case .committed:
            let living = processes.filter { $0.service == service && $0.incarnation?.life == .running }
            // Where another takes over meanwhile.
            if living.count > 1, sins.strikes(.longStall, at: place()) {
                living.first { $0.incarnation?.name == point.process }?.stall(.long)
            }
            if sins.strikes(.commitUnknown, at: place()) { return .connectionLost }
        }
        return nil
    }

    /// Looks at the inbox after each commit that moved it: it never goes back.
    private func watch(_ point: SimulatedPostgres.Point, _ service: Service) {
        switch point.step {
        case .statement: if point.statement.contains("UPDATE inbox") { movers.insert(point.process) }
        case .committed: if movers.remove(point.process) != nil { Standing(self).checkInbox(of: service) }
        case .connect, .commit: break
        }
    }

    /// The step, and for a statement its first words and table.
    private static func place(_ point: SimulatedPostgres.Point) -> String {
        guard point.step == .statement else { return "\(point.step)" }
        let words = point.statement.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "(" })
        let verbs: Set = ["INSERT", "UPDATE", "DELETE"]
        if let at = words.firstIndex(where: { verbs.contains(String($0)) }) {
            let table = words[(at + 1)...].first { !["INTO", "FROM", "ONLY"].contains(String($0)) } ?? ""
            return "\(words[at]) \(table)"
        }
        let from = words.firstIndex(of: "FROM").map { words[words.index(after: $0)...].first ?? "" } ?? ""
        return "SELECT \(from)"
    }
}
