import Glibc

/// An executor with one thread of its own, for actors that call blocking C, and for tasks that use mostly one of them:
/// with `withTaskExecutorPreference` they come along to its thread, so that no call changes threads.
///
/// The thread starts with the first job and ends after `stop`. The owner calls `stop`, usually in its actor's `deinit`
/// or `close`; an executor that is never stopped keeps its thread for ever.
///
/// Unchecked because `jobs`, `isRunning`, `isStopped` and `thread` are touched under `lock` only.
public final class ThreadExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private let name: String
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var isRunning = false
    private var isStopped = false
    private var thread: pthread_t?

    /// An executor without a thread as yet. The thread's name shows in `top -H`, its first 15 bytes at least.
    public init(name: String) {
        self.name = name
        pthread_mutex_init(lock, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(lock)
        condition.deallocate()
        lock.deallocate()
    }

    /// Puts a job in the queue. After `stop` it still runs, on a thread started for it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsThread = locked {
            jobs.append(job)
            pthread_cond_signal(condition)
            defer { isRunning = true }
            return !isRunning
        }
        if needsThread { Thread.start(name: name) { self.run() } }
    }

    /// Lets the thread end once the queue is empty. Does not wait for it; repeating it changes nothing.
    public func stop() {
        locked {
            isStopped = true
            pthread_cond_signal(condition)
        }
    }

    /// Whether the caller is on this executor's thread.
    public func isIsolatingCurrentContext() -> Bool? {
        locked { thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    private func run() {
        locked { thread = pthread_self() }
        while let batch = nextBatch() {
            for job in batch {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
        }
    }

    /// The jobs that wait; nil when the thread is to end.
    private func nextBatch() -> [UnownedJob]? {
        locked {
            while jobs.isEmpty, !isStopped { pthread_cond_wait(condition, lock) }
            if jobs.isEmpty {
                // Under the same lock as `enqueue`: a job is either in this batch or starts a new thread.
                (isRunning, thread) = (false, nil)
                return nil
            }
            defer { jobs = [] }
            return jobs
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
