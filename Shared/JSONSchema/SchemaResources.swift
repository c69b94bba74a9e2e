import Core

/// Where schemas stand in documents: by URI, by anchor, by pointer.
struct SchemaResources {
    /// A place in a document.
    struct Place: Hashable {
        var document: Int
        var pointer: JSONPointer
    }

    /// A schema that has a URI of its own.
    struct Resource {
        var uri: ResourceLocator
        var place: Place
        var anchors: [String: Place] = [:]
        var dynamicAnchors: [String: Place] = [:]
        var vocabularies: Set<Vocabulary>
    }

    private(set) var documents: [JSON] = []
    private(set) var names: [String] = []
    private(set) var resources: [Resource] = []
    private(set) var faults: [SchemaFault] = []
    private var byURI: [String: Int] = [:]
    private var byPlace: [Place: Int] = [:]
    private let library: [String: JSON]
    private var scanned = 0

    private static let mostSchemas = 50_000

    init(_ library: [String: JSON]) { self.library = library }

    /// Takes a document in; gives its resource.
    mutating func add(_ document: JSON, uri: String) -> Int {
        documents.append(document)
        names.append(documents.count == 1 ? "" : uri)
        let first = resources.count
        scan(documents.count - 1, JSONPointer(), base: ResourceLocator(uri), isRoot: true)
        if byURI[uri] == nil { byURI[uri] = first }
        return first
    }

    func value(at place: Place) -> JSON? { place.pointer.resolve(in: documents[place.document]) }

    /// The resource that a place belongs to: the nearest around it.
    func resource(at place: Place) -> Int {
        var place = place
        while true {
            if let found = byPlace[place] { return found }
            precondition(!place.pointer.tokens.isEmpty, "every document is a resource")
            place.pointer.tokens.removeLast()
        }
    }

    /// The resource of a URI without fragment; loads it from the library if needed.
    mutating func resource(named uri: ResourceLocator) -> Int? {
        let name = uri.absolute
        if let known = byURI[name] { return known }
        guard let document = library[name] else { return nil }
        let added = add(document, uri: name)
        return byURI[name] ?? added
    }

    /// Where a reference leads, and the name if it is a dynamic anchor's.
    mutating func resolve(_ reference: String, from resource: Int) -> (place: Place, dynamic: String?)? {
        let target = resources[resource].uri.resolve(ResourceLocator(reference))
        guard let found = self.resource(named: target) else { return nil }
        let place = resources[found].place
        guard let fragment = target.plainFragment, !fragment.isEmpty else { return (place, nil) }
        if fragment.hasPrefix("/") {
            guard let pointer = JSONPointer(fragment) else { return nil }
            let inner = Place(
                document: place.document, pointer: JSONPointer(place.pointer.tokens + pointer.tokens))
            return value(at: inner) == nil ? nil : (inner, nil)
        }
        if let anchor = resources[found].dynamicAnchors[fragment] { return (anchor, fragment) }
        return resources[found].anchors[fragment].map { ($0, nil) }
    }

    /// Looks for identifiers and anchors, where schemas can stand only.
    private mutating func scan(_ document: Int, _ root: JSONPointer, base: ResourceLocator, isRoot: Bool) {
        var open: [(JSONPointer, Int?)] = [(root, nil)]
        while let (pointer, around) = open.popLast() {
            scanned += 1
            guard scanned <= Self.mostSchemas else {
                faults.append(
                    SchemaFault(at: JSONPointer(), found: "a huge schema", expected: "a smaller one"))
                return
            }
            let place = Place(document: document, pointer: pointer)
            guard let value = value(at: place) else { continue }
            var current = around
            let id = value["$id"]?.string
            if around == nil || id != nil {
                let outer = around.map { resources[$0].uri } ?? base
                current = begin(place, outer, id, value)
            }
            guard let current, let object = value.object else { continue }
            if let name = value["$anchor"]?.string { resources[current].anchors[name] = place }
            if let name = value["$dynamicAnchor"]?.string {
                resources[current].anchors[name] = place
                resources[current].dynamicAnchors[name] = place
            }
            for (key, member) in object {
                for inner in SchemaKeywords.schemas(key, member) {
                    open.append((JSONPointer(pointer.tokens + [key] + inner), current))
                }
            }
        }
    }

    private mutating func begin(_ place: Place, _ outer: ResourceLocator, _ id: String?, _ value: JSON) -> Int {
        var uri = id.map { outer.resolve(ResourceLocator($0)) } ?? outer
        uri.fragment = nil
        let number = resources.count
        resources.append(Resource(uri: uri, place: place, vocabularies: Vocabulary.standard))
        byPlace[place] = number
        if byURI[uri.absolute] == nil { byURI[uri.absolute] = number }
        if let dialect = value["$schema"] {
            resources[number].vocabularies = vocabularies(dialect, place)
        }
        return number
    }

    /// The vocabularies of a dialect.
    private mutating func vocabularies(_ dialect: JSON, _ place: Place) -> Set<Vocabulary> {
        let name = dialect.string.map { $0.hasSuffix("#") ? String($0.dropLast()) : $0 }
        if name == Vocabulary.dialect { return Vocabulary.standard }
        let pointer = place.pointer.appending("$schema")
        guard let name, let meta = library[name] else {
            faults.append(
                SchemaFault(
                    at: pointer, found: "the dialect \(dialect.string ?? dialect.kind)",
                    expected: Vocabulary.dialect, isUnsupported: true))
            return Vocabulary.standard
        }
        guard let listed = meta["$vocabulary"]?.object else { return Vocabulary.standard }
        var found: Set<Vocabulary> = [.core]
        for (uri, isRequired) in listed {
            if let vocabulary = Vocabulary(rawValue: uri) {
                found.insert(vocabulary)
            } else if isRequired == true {
                faults.append(
                    SchemaFault(
                        at: pointer, found: "the vocabulary \(uri)", expected: "a vocabulary of draft 2020-12",
                        isUnsupported: true))
            }
        }
        return found
    }
}
