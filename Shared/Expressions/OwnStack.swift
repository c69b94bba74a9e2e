import Glibc

/// A thread with a stack of its own, for what nests deeper than the caller's stack is sure to allow.
enum OwnStack {
    /// Evaluations and programs that nest no deeper than this are sure to fit half a megabyte. Shown by a test.
    static let shallow = 40
    /// What a level takes at most, in builds without optimisation.
    static let bytesPerLevel = 32 << 10

    /// Runs `body` there and waits for its end, as it would wait for `body` itself. False when there is no memory for
    /// the stack; most of it is never touched.
    static func run(levels: Int, _ body: () -> Void) -> Bool {
        withoutActuallyEscaping(body) { body in
            let job = Job(body)
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            defer { pthread_attr_destroy(&attributes) }
            pthread_attr_setstacksize(&attributes, (4 << 20) + min(levels, 1 << 15) * bytesPerLevel)
            var thread = pthread_t()
            let failure = pthread_create(
                &thread, &attributes,
                { opaque in
                    Unmanaged<Job>.fromOpaque(opaque!).takeUnretainedValue().body()
                    return nil
                }, Unmanaged.passUnretained(job).toOpaque())
            guard failure == 0 else { return false }
            pthread_join(thread, nil)
            return true
        }
    }

    private final class Job {
        let body: () -> Void

        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
