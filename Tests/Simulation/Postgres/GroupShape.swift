/// A SELECT with aggregates or GROUP BY that is ready to run.
struct GroupShape {
    var join: Join
    /// Of GROUP BY; without any there is one group, if an empty one.
    var keys: [Evaluate]
    var aggregates: [Aggregate]
    var output: Compiler.Output
    var sorting: [SelectShape.Key]
    var limit: Evaluate?

    private struct Group {
        /// One of its rows: what stands outside of aggregates is the same in all.
        var row: [Value]
        var aggregates: [Value]
    }

    func rows(_ run: Run, _ outer: Environment?) throws -> [[Value]] {
        let environment = join.environment(run, outer)
        let most = try limit.map { try SelectShape.count($0(environment)) } ?? Int.max
        var found: [(keys: [Value], row: [Value])] = []
        for group in try groups(environment) {
            (environment.row, environment.aggregates) = (group.row, group.aggregates)
            found.append((try sorting.map { try $0.value(environment) }, try output.row(environment)))
        }
        return stablySorted(found, sorting.map(\.isDescending), by: \.keys).prefix(most).map(\.row)
    }

    private func groups(_ environment: Environment) throws -> [Group] {
        var groups: [Group] = []
        var places: [[Value]: Int] = [:]
        if keys.isEmpty {
            groups = [Group(row: environment.row, aggregates: aggregates.map(\.start))]
            places[[]] = 0
        }
        try join.each(environment) { environment in
            let key = try keys.map { try $0(environment) }
            let place = places[key] ?? groups.count
            if place == groups.count {
                groups.append(Group(row: environment.row, aggregates: aggregates.map(\.start)))
                places[key] = place
            }
            for (position, aggregate) in aggregates.enumerated() {
                groups[place].aggregates[position] = try aggregate.step(groups[place].aggregates[position], environment)
            }
            return true
        }
        return groups
    }
}
