/// What the function `map` runs for each item, side by side.
public struct MapClause: Sendable {
    /// What gives the items.
    public let items: Template
    /// The variable that is the item.
    public let each: String
    /// The variable that is its index, from 0.
    public let at: String
    /// How many items may be worked on at once: a whole number, once evaluated.
    public let concurrency: Template
    /// Whether errors are results instead of ending the task.
    public let collectsErrors: Bool
    /// What runs for an item, which is its input.
    public let body: TaskList
}
