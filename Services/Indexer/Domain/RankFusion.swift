/// Joins ranked lists by reciprocal rank (Cormack, Clarke, Büttcher 2009): 1 / (k + rank) summed over the lists.
public enum RankFusion {
    /// The constant of the paper.
    public static let k = 60.0

    /// One found chunk.
    public struct Hit: Sendable, Hashable {
        /// The chunk's id.
        public var id: String
        /// 0 … 1: 1 is first in every list.
        public var score: Double
    }

    /// The ids of `lists`, each best first, in falling order of score; equal scores by id, so that the order is the
    /// same every time. Keeps at most `limit`, none below `minimumScore`.
    public static func fuse(_ lists: [[String]], limit: Int, minimumScore: Double = 0) -> [Hit] {
        var order: [String] = []
        var sums: [String: Double] = [:]
        for list in lists {
            for (rank, id) in list.enumerated() {
                if sums[id] == nil { order.append(id) }
                sums[id, default: 0] += 1 / (k + Double(rank + 1))
            }
        }
        let best = Double(max(1, lists.count)) / (k + 1)
        var hits: [Hit] = []
        for id in order {
            let score: Double = min(1, sums[id, default: 0] / best)
            if score >= minimumScore { hits.append(Hit(id: id, score: score)) }
        }
        hits.sort { left, right in left.score != right.score ? left.score > right.score : left.id < right.id }
        return Array(hits.prefix(limit))
    }
}
