internal import Dispatch

/// Runs an actor on a dispatch queue, for work that blocks: the threads of Swift's own pool never should.
package final class SerialQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// A queue that runs one piece of work at a time.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Called by Swift's runtime: runs the job on the queue.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
