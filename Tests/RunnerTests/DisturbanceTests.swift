import Core
import Engine
import Runner
import Testing

@Suite(.timeLimit(.minutes(5))) struct DisturbanceTests {
    static func play(_ disturbance: Disturbance, seed: UInt64? = nil) async throws -> World {
        var options = World.Options()
        options.disturbance = disturbance
        options.seed = seed
        return try await Playground.play(Playground.journey, stubs: Playground.answers, options: options)
    }

    @Test func oneSeedOneLog() async throws {
        var hashes: Set<UInt64> = []
        for seed in 0..<20 as Range<UInt64> {
            let disturbance = Disturbance(seed: seed, kinds: Perturbation.Kind.allCases, rate: 0.3)
            let one = try await Self.play(disturbance, seed: seed)
            let two = try await Self.play(disturbance, seed: seed)
            #expect(one.logHash == two.logHash, "seed \(seed)")
            #expect(one.breaches == [], "seed \(seed)")
            #expect(one["x"]?.state.status.isFinal == true, "seed \(seed)")
            hashes.insert(one.logHash)
        }
        #expect(hashes.count > 10)
    }

    @Test func whatWasAppliedCanBeReplayed() async throws {
        for seed in 0..<20 as Range<UInt64> {
            let one = try await Self.play(Disturbance(seed: seed, kinds: Perturbation.Kind.allCases, rate: 0.3))
            let applied = one.options.disturbance.applied
            let two = try await Self.play(Disturbance(replaying: applied))
            #expect(one.logHash == two.logHash, "seed \(seed): \(applied)")
        }
    }

    @Test(arguments: [
        (Perturbation.Kind.failure, 6), (.late, 5), (.duplicate, 5), (.restart, 5), (.timeout, 5),
    ])
    func eachKindDoesWhatItSays(kind: Perturbation.Kind, requests: Int) async throws {
        let place = kind == .restart ? "step:2" : "x:3#3"
        let list = [Perturbation(kind, at: place, delay: .seconds(1))]
        let world = try await Self.play(Disturbance(replaying: list))
        #expect(world.options.disturbance.applied.map(\.kind) == [kind])
        let asked = world.log.filter { $0.kind == .taskRequested }.count
        #expect(asked == requests - 1)
        #expect(world["x"]?.state.status == .completed)
    }

    @Test(arguments: Perturbation.Kind.allCases)
    func aPerturbationSurvivesItsStoredForm(kind: Perturbation.Kind) {
        let perturbation = Perturbation(kind, at: "x:1#2", delay: .milliseconds(1500))
        #expect(Perturbation(json: perturbation.json) == perturbation)
    }
}
