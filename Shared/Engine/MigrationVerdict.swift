public import Core

/// How a running execution would take to another version of its definition.
public struct MigrationVerdict: Sendable, Hashable {
    /// The three classes.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// It can go on with the new version as it stands.
        case safe
        /// It could, if it were said what became of some of its open tasks.
        case needsMapping
        /// It cannot.
        case impossible
    }

    /// Something that stands in the way.
    public struct Finding: Sendable, Hashable {
        /// JSON pointer of the open task in the present version; empty for the execution as a whole.
        public var task: String
        /// What is the matter, in a sentence.
        public var reason: String
        /// Where the task seems to have gone, as a pointer into the new version; nil when nothing helps.
        public var suggestion: String?

        /// What stands in the way at `task`.
        public init(task: String, reason: String, suggestion: String? = nil) {
            (self.task, self.reason, self.suggestion) = (task, reason, suggestion)
        }

        /// The members that are there.
        public var json: JSON {
            var object: JSONObject = ["task": .string(task), "reason": .string(reason)]
            object["suggestion"] = suggestion.map(JSON.string)
            return .object(object)
        }
    }

    /// What stands in the way; empty when nothing does.
    public var findings: [Finding]
    /// The open tasks that have another place in the new version: old pointer to new one.
    var tasks: [String: String] = [:]
    /// Where lists go on that are between two tasks, by run.
    var positions: [Int: Int] = [:]

    /// A verdict of what stands in the way.
    public init(findings: [Finding] = []) { self.findings = findings }

    /// The class: the worst finding counts.
    public var `class`: Class {
        if findings.isEmpty { return .safe }
        return findings.contains { $0.suggestion == nil } ? .impossible : .needsMapping
    }

    /// What the suggestions come to: a mapping with which to ask again.
    public var suggestedMapping: [String: String] {
        var mapping: [String: String] = [:]
        for finding in findings { mapping[finding.task] = finding.suggestion }
        return mapping
    }
}
