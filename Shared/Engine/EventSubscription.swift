import Core

/// The events that an execution wants for one of its `listen` tasks, from its start on.
public struct EventSubscription: Sendable, Hashable {
    /// `<execution id>:s<number>`
    public var id: String
    /// JSON pointer of the task; its filters are in the definition.
    public var task: String
    /// Whether the task runs once at most, so that it needs no other events than the ones that it asks for then.
    public var isOnce: Bool

    /// A subscription of the task at `task`.
    public init(id: String, task: String, isOnce: Bool) { (self.id, self.task, self.isOnce) = (id, task, isOnce) }

    var json: JSON { ["id": .string(id), "task": .string(task), "once": .bool(isOnce)] }

    init?(json: JSON) {
        guard let id = json["id"]?.string, let task = json["task"]?.string, let isOnce = json["once"]?.bool
        else { return nil }
        self.init(id: id, task: task, isOnce: isOnce)
    }
}
