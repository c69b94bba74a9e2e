extension Array {
    /// The first of each tenant, so many as `counts` says, and the others; both in order.
    public func divided(_ counts: [String: Int], by tenant: (Element) -> String) -> (
        first: [Element], others: [Element]
    ) {
        var (left, first, others) = (counts, [Element](), [Element]())
        for element in self {
            let tenant = tenant(element)
            if let count = left[tenant], count > 0 {
                left[tenant] = count - 1
                first.append(element)
            } else {
                others.append(element)
            }
        }
        return (first, others)
    }
}
