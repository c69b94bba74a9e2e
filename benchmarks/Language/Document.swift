/// The document that the expressions read: what a step of a shop's workflow would get, 1 KB.
enum Document {
    static let text = """
        {"order":{"id":"o-20417","status":"open","total":1284.5,"currency":"EUR","placed":"2026-03-14T09:26:53Z",\
        "customer":{"id":88123,"name":"Ada Hartmann","tier":"gold","email":"ada.hartmann@example.com",\
        "address":{"street":"Lindenallee 14","city":"Potsdam","zip":"14467","country":"DE"}},\
        "items":[{"sku":"LMP-330","name":"Desk lamp","category":"light","price":49.5,"quantity":2},\
        {"sku":"CHR-108","name":"Office chair","category":"seat","price":389,"quantity":1},\
        {"sku":"DSK-552","name":"Standing desk","category":"table","price":699,"quantity":1},\
        {"sku":"BLB-007","name":"LED bulb","category":"light","price":8.75,"quantity":6},\
        {"sku":"MAT-210","name":"Floor mat","category":"seat","price":45,"quantity":1}],\
        "tags":["web","priority","gift"],"notes":null},\
        "approval":{"required":true,"limit":1000,"approver":{"role":"manager","email":"approvals@example.com"}},\
        "payment":{"method":"card","captured":false,"attempts":[{"at":"2026-03-14T09:27:01Z","result":"declined"},\
        {"at":"2026-03-14T09:28:40Z","result":"authorised"}]},"risk":{"score":0.27,"flags":["new-address"]}}
        """

    /// Expressions as workflows have them, by kind.
    static let expressions: [(kind: String, text: String)] = [
        ("path", ".order.customer.address.city"),
        ("path into an array", ".order.items[1].sku"),
        ("comparison", ".order.total > .approval.limit and .order.customer.tier == \"gold\""),
        ("condition", "if .order.total > .approval.limit then \"review\" else \"auto\" end"),
        ("alternative", ".order.discount // .order.total * 0.1"),
        ("object", "{id: .order.id, to: .order.customer.name, city: .order.customer.address.city, n: 1}"),
        ("text", "\"Order \\(.order.id) of \\(.order.customer.name): \\(.order.currency)\""),
        ("map", ".order.items | map(.price * .quantity) | add"),
        ("select", "[.order.items[] | select(.category == \"light\") | .sku]"),
        ("sort", ".order.items | sort_by(.price) | map(.sku)"),
        ("group", ".order.items | group_by(.category) | map({category: .[0].category, count: length})"),
        ("reduce", "reduce .order.items[] as $item (0; . + $item.quantity)"),
        ("assign", ".order.status = \"paid\""),
        ("function", "def net(f): f / 1.19; [.order.items[] | net(.price) | floor]"),
    ]
}
