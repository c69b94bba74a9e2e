import CSimulation
import Core

/// Plays seeds: `simulation --seeds 500 --from 1`, or one again: `simulation --seed 7 --verbose`.
@main
enum Main {
    static func main() throws {
        simulation_calm_hashing()
        simulation_take_jobs { job in
            Incarnation.nobody.wake(unsafeBitCast(job, to: UnownedJob.self))
        }
        let arguments = Arguments(CommandLine.arguments)
        try Farm(arguments).run()
    }
}
