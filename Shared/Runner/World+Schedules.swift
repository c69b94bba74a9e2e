import Core
import Cron
import Engine
public import Workflow

/// What starts executions of a definition by itself.
struct RunningSchedule: Sendable {
    let definition: CompiledDefinition
    /// How many executions it has started.
    var count = 0
    /// Events that wait for others.
    var gatherings: [EventGathering] = []

    var isTimed: Bool {
        switch definition.schedule {
        case .every?, .cron?, .after?: true
        case .on?, nil: false
        }
    }
}

extension World {
    /// Starts executions of `definition` from now on as its schedule says, with ids `<name>-1`, `<name>-2` …; does
    /// nothing when it has none. A schedule by time never ends: run such a world with a limit.
    public mutating func schedule(_ definition: CompiledDefinition) {
        schedules.append(RunningSchedule(definition: definition))
        plan(schedule: schedules.count - 1, isFirst: true)
    }

    private mutating func plan(schedule position: Int, isFirst: Bool) {
        let name = schedules[position].definition.name
        switch schedules[position].definition.schedule {
        case .every(let interval)?: agenda.add(.schedule(position), due: now + interval, rank: rank(name))
        case .cron(let expression, let zone)?:
            if let due = expression.next(after: now, in: zone) {
                agenda.add(.schedule(position), due: due, rank: rank(name))
            }
        case .after(let delay)?:
            if isFirst { agenda.add(.schedule(position), due: now + delay, rank: rank(name)) }
        case .on?, nil: break
        }
    }

    /// A schedule's moment has come.
    mutating func fire(schedule position: Int) {
        start(schedule: position, input: .null)
        plan(schedule: position, isFirst: false)
    }

    private mutating func start(schedule position: Int, input: JSON) {
        schedules[position].count += 1
        let definition = schedules[position].definition
        begin(definition, id: "\(definition.name)-\(schedules[position].count)", input: input, parent: nil)
    }

    /// An execution has ended: a schedule with `after` counts from here.
    mutating func continueSchedule(after id: String) {
        for (position, schedule) in schedules.enumerated() where id == "\(schedule.definition.name)-\(schedule.count)" {
            guard case .after(let delay)? = schedule.definition.schedule else { continue }
            agenda.add(.schedule(position), due: now + delay, rank: rank(id))
        }
    }

    /// Hands an event to the schedules that events start.
    mutating func deliverToSchedules(_ event: JSON) {
        for position in schedules.indices {
            guard case .on(let strategy, let reading)? = schedules[position].definition.schedule,
                let gathering = absorb(event, strategy, reading, &schedules[position].gatherings)
            else { continue }
            start(schedule: position, input: .array(gathering.items))
        }
    }

    /// Adds an event to the first gathering that it fits, or begins one; gives it back when it is complete.
    private func absorb(
        _ event: JSON, _ strategy: EventStrategy, _ reading: EventReading, _ gatherings: inout [EventGathering]
    ) -> EventGathering? {
        func step(_ gathering: EventGathering) -> EventGathering.Step? {
            gathering.step(event, strategy, reading, EventFilter.withoutExecution)
        }
        var position = gatherings.firstIndex { step($0) != nil }
        if position == nil, step(EventGathering())?.item != nil {
            // What only ends a wait begins none.
            position = gatherings.count
            gatherings.append(EventGathering())
        }
        guard let position, let found = step(gatherings[position]) else { return nil }
        gatherings[position].take(found)
        let items = JSON.array(gatherings[position].items)
        let isComplete = gatherings[position].isComplete(strategy) { condition in
            let result = EventFilter.withoutExecution(condition, items) ?? .null
            return result != .null && result != .bool(false)
        }
        return isComplete ? gatherings.remove(at: position) : nil
    }

    mutating func restartSchedules() {
        for position in schedules.indices {
            let before = schedules[position].gatherings
            schedules[position].gatherings = before.compactMap { gathering in
                (try? JSON(parsing: gathering.json.text())).flatMap(EventGathering.init(json:))
            }
            if schedules[position].gatherings != before {
                breaches.append("events that wait to start an execution do not survive their stored form")
            }
        }
    }
}
