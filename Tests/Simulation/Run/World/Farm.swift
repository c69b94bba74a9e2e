import CSimulation
import Core
import FoundationEssentials
import Glibc

/// Plays many seeds, counts what happened, and makes a failure small.
struct Farm {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func run() throws {
        if let file = arguments.text("--kept") { return try kept(file) }
        if let seed = arguments.number("--seed") { return try one(arguments.setting(UInt64(seed))) }
        let (first, count) = (arguments.number("--from") ?? 1, arguments.number("--seeds") ?? 100)
        let start = simulation_machine_time()
        var sins: [String: Int] = [:]
        var (steps, played) = (0, 0)
        for seed in first..<(first + count) {
            let setting = arguments.setting(UInt64(seed))
            let verdict = try Verdict.of(setting)
            if !verdict.breaches.isEmpty {
                report(setting, verdict)
                if !arguments.has("--unshrunk") { try shrink(setting) }
                exit(1)
            }
            // One in twenty is played again: the same must happen.
            if seed % 20 == 0, try Verdict.of(setting).trace != verdict.trace {
                print("seed \(seed) went another way the second time")
                exit(1)
            }
            sins.merge(verdict.sins) { $0 + $1 }
            steps += verdict.steps
            played += 1
            if played % 100 == 0 {
                print("\(played) seeds")
                fflush(nil)
            }
        }
        let seconds = Double(simulation_machine_time() - start) / 1e9
        if arguments.has("--coverage") {
            for (sin, count) in sins.sorted(by: { $0.key < $1.key }) { print(count, sin) }
        }
        print(
            "\(played) seeds from \(first), \(steps) steps, \(sins.values.reduce(0, +)) sins at \(sins.count) places:",
            "nothing lost, nothing twice; \(Int(seconds * 1000) / max(1, played)) ms a seed")
    }

    /// Plays the settings that once failed: one a line, as they were printed, with what they found behind a `#`.
    private func kept(_ file: String) throws {
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            guard let seed = Arguments([""] + words).number("--seed") else { continue }
            let setting = Arguments([""] + words).setting(UInt64(seed))
            let verdict = try Verdict.of(setting)
            guard verdict.breaches.isEmpty else {
                report(setting, verdict)
                exit(1)
            }
        }
    }

    private func one(_ setting: Setting) throws {
        let verdict = try Verdict.of(setting, isVerbose: arguments.has("--verbose"))
        if arguments.has("--documents") {
            for one in Plan(seed: setting.seed, most: setting.executions).executions {
                print(one.id, one.steps.document(name: one.definition).text())
            }
        }
        print("trace \(verdict.trace), \(verdict.steps) steps, \(verdict.seconds) s, sins:")
        for (sin, count) in verdict.sins.sorted(by: { $0.key < $1.key }) { print("  \(count) \(sin)") }
        if verdict.breaches.isEmpty { return print("nothing lost, nothing twice") }
        report(setting, verdict)
        exit(1)
    }

    private func report(_ setting: Setting, _ verdict: Verdict) {
        print("FAILED: simulation \(setting)")
        for breach in verdict.breaches { print("  \(breach)") }
    }

    /// Leaves out what the failure does not need: executions first, then kinds of sins, one at a time.
    private func shrink(_ setting: Setting) throws {
        var smallest = setting
        func fails(_ setting: Setting) throws -> Bool { try !Verdict.of(setting).breaches.isEmpty }
        for count in 1..<4 {
            var fewer = smallest
            fewer.executions = count
            if try fails(fewer) {
                smallest = fewer
                break
            }
        }
        for kind in Sins.Kind.allCases {
            var less = smallest
            less.without.insert(kind)
            if try fails(less) { smallest = less }
        }
        var most = smallest.mostSins
        while most > 0 {
            var fewer = smallest
            fewer.mostSins = most / 2
            guard try fails(fewer) else { break }
            (smallest, most) = (fewer, most / 2)
        }
        print("smallest: simulation \(smallest)")
        report(smallest, try Verdict.of(smallest))
    }
}
