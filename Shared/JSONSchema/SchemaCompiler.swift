import Core

/// Compiles schemas without recursion: what is referred to waits in a queue.
struct SchemaCompiler {
    typealias Place = SchemaResources.Place

    let options: SchemaOptions
    var faults: [SchemaFault] = []
    var resources: SchemaResources
    private var program = SchemaProgram()
    private var numbers: [Place: Int] = [:]
    private var queue: [Place] = []
    private var dynamicNames: Set<String> = []

    /// No schema has more.
    private static let mostNodes = 100_000

    init(_ options: SchemaOptions) {
        self.options = options
        resources = SchemaResources(options.documents)
    }

    /// The program, whose first node is the document's root; nil when there are faults.
    mutating func compile(_ document: JSON) -> SchemaProgram? {
        let root = resources.add(document, uri: "schema:/")
        guard resources.faults.allSatisfy({ $0.isUnsupported }) else {
            faults = resources.faults
            return nil
        }
        _ = node(resources.resources[root].place)
        var done = 0
        repeat {
            while done < queue.count {
                if done == Self.mostNodes {
                    faults.append(SchemaFault(at: JSONPointer(), found: "a huge schema", expected: "a smaller one"))
                    return nil
                }
                fill(done, queue[done])
                done += 1
            }
            for resource in resources.resources {
                for (name, place) in resource.dynamicAnchors where dynamicNames.contains(name) { _ = node(place) }
            }
        } while done < queue.count
        program.anchors = resources.resources.map { $0.dynamicAnchors.compactMapValues { numbers[$0] } }
        faults += resources.faults
        return faults.isEmpty ? program : nil
    }

    /// The node of the schema at a place, which is compiled later.
    mutating func node(_ place: Place) -> Int {
        if let known = numbers[place] { return known }
        let number = queue.count
        numbers[place] = number
        queue.append(place)
        let name = resources.names[place.document]
        program.nodes.append(
            SchemaNode(
                location: (name.isEmpty ? "" : name + "#") + place.pointer.description,
                resource: resources.resource(at: place)))
        return number
    }

    func node(_ place: Place, _ tokens: [String]) -> Place {
        Place(document: place.document, pointer: JSONPointer(place.pointer.tokens + tokens))
    }

    mutating func fail(_ place: Place, _ found: String, _ expected: String, isUnsupported: Bool = false) {
        let isOwn = place.document == 0
        faults.append(
            SchemaFault(
                at: isOwn ? place.pointer : JSONPointer(),
                found: isOwn ? found : "\(found) in \(resources.names[place.document])", expected: expected,
                isUnsupported: isUnsupported))
    }

    private mutating func fill(_ number: Int, _ place: Place) {
        guard let value = resources.value(at: place) else { return }
        if let bool = value.bool {
            program.nodes[number].rules = bool ? [] : [.nothing]
            return
        }
        guard let object = value.object else {
            return fail(place, value.kind, "a JSON schema: an object, true or false")
        }
        let active = resources.resources[program.nodes[number].resource].vocabularies
        var (rules, last) = ([SchemaRule](), [SchemaRule]())
        for (key, member) in object {
            guard isKnown(key, node(place, [key])) else { continue }
            if let vocabulary = SchemaKeywords.vocabulary[key], !active.contains(vocabulary),
                !(key == "format" && active.contains(.assertion))
            {
                continue
            }
            guard let rule = rule(key, member, object, place, active) else { continue }
            switch rule {
            case .otherMembers, .otherElements:
                program.tracks = true
                last.append(rule)
            default: rules.append(rule)
            }
        }
        program.nodes[number].rules = rules + last
    }

    private mutating func isKnown(_ key: String, _ place: Place) -> Bool {
        if SchemaKeywords.vocabulary[key] != nil { return !SchemaKeywords.companions.contains(key) }
        if SchemaKeywords.annotations.contains(key) { return false }
        if !options.ignoresUnknownKeywords, !key.hasPrefix("x-") {
            fail(
                place, "the keyword \"\(key)\"", "a keyword of JSON Schema 2020-12, or one that begins with x-",
                isUnsupported: true)
        }
        return false
    }

    mutating func reference(_ key: String, _ value: JSON, _ place: Place) -> SchemaRule? {
        let at = node(place, [key])
        guard let text = value.string else {
            fail(at, value.kind, "a URI reference")
            return nil
        }
        guard let (target, dynamic) = resources.resolve(text, from: resources.resource(at: place)) else {
            fail(at, "\"\(text)\"", "a reference to a schema that is there; nothing is fetched")
            return nil
        }
        let number = node(target)
        guard key == "$dynamicRef", let dynamic else { return .reference(number) }
        dynamicNames.insert(dynamic)
        return .dynamicReference(dynamic, number)
    }
}
