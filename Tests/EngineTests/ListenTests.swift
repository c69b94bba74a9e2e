import Core
import Engine
import Testing
import Workflow

@Suite struct ListenTests {
    static func event(_ type: String, _ id: String, _ data: JSON, _ more: JSONObject = [:]) -> JSON {
        var event: JSONObject = ["specversion": "1.0", "id": .string(id), "source": "test", "type": .string(type)]
        for (key, value) in more { event[key] = value }
        event["data"] = data
        return .object(event)
    }

    @Test func oneEventOfTheTypeEndsTheWaitAndOthersDoNot() throws {
        var run = try Simulation(body: "do: [ { w: { listen: { to: { one: { with: { type: a.b } } } } } } ]")
        run.start()
        #expect(run.state?.causes == [.event(subscriptionID: "x:s1", task: "/do/0/w")])
        #expect(run.state?.status == .waiting)
        #expect(run.tell(Self.event("a.c", "1", 1)) == [.accepted([])])
        run.tell(Self.event("a.b", "2", ["n": 2]))
        #expect(run.output == [["n": 2]])
        #expect(run.state?.subscriptions == [])
    }

    @Test(
        arguments: [
            ("data", [["n": 2]]), ("raw", [#"{"n":2}"#]),
            ("envelope", [["specversion": "1.0", "id": "1", "source": "test", "type": "a", "data": ["n": 2]]]),
        ] as [(String, JSON)])
    func whatIsReadOfAnEventIsSaid(read: String, expected: JSON) throws {
        var run = try Simulation(
            body: "do: [ { w: { listen: { to: { one: { with: { type: a } } }, read: \(read) } } } ]")
        run.start()
        run.tell(Self.event("a", "1", ["n": 2]))
        #expect(run.output == expected)
    }

    @Test func anEventThatComesBeforeTheListenIsKept() throws {
        var run = try Simulation(
            body: "do: [ { p: { wait: PT5S } }, { w: { listen: { to: { one: { with: { type: a } } } } } } ]")
        run.start()
        run.tell(Self.event("a", "1", 1))
        #expect(run.state?.openTasks == ["/do/0/p"])
        run.run()
        #expect(run.output == [1])
    }

    @Test func aRepeatedEventCountsOnce() throws {
        var run = try Simulation(
            body: "do: [ { w: { listen: { to: { any: [ { with: { type: a } } ], until: length == 2 } } } } ]")
        run.start()
        run.tell(Self.event("a", "1", 1))
        #expect(run.tell(Self.event("a", "1", 1)) == [.accepted([])])
        run.tell(Self.event("a", "2", 2))
        #expect(run.output == [1, 2])
    }

    @Test func anyWithoutUntilTakesTheFirstAndWithoutFiltersTakesAnything() throws {
        for filters in ["[]", "[ { with: { type: b } }, { with: { type: a } } ]"] {
            var run = try Simulation(body: "do: [ { w: { listen: { to: { any: \(filters) } } } } ]")
            run.start()
            run.tell(Self.event("a", "1", 1))
            #expect(run.output == [1])
        }
    }

    @Test func allFiltersMustBeMetInWhateverOrder() throws {
        var run = try Simulation(
            body: """
                do:
                  - w:
                      listen:
                        to:
                          all:
                            - with: { type: temperature, data: '${ .temperature > 38 }' }
                            - with: { type: bpm, data: '${ .bpm < 60 or .bpm > 100 }' }
                """)
        run.start()
        run.tell(Self.event("bpm", "1", ["bpm": 80]))
        run.tell(Self.event("bpm", "2", ["bpm": 120]))
        run.tell(Self.event("bpm", "3", ["bpm": 130]))
        run.tell(Self.event("bpm", "4", "no object"))
        run.tell(Self.event("temperature", "5", ["temperature": 39]))
        #expect(run.output == [["bpm": 120], ["temperature": 39]])
    }

    @Test(arguments: [
        ("source: test", true), ("source: 't.*', type: '[ab]'", true), ("source: 'es'", false),
        ("source: 'te?'", false),
        ("subject: 's|t'", true), ("absent: '.*'", false), ("source: other", false),
        ("subject: '${ . == \"s\" }'", true),
        ("subject: '${ .  }'", true), ("subject: '${ $workflow.id }'", false), ("room: '${ startswith(\"r\") }'", true),
        ("absent: '${ . == null }'", true), ("absent: '${ . }'", false), ("data: { k: { l: 1 } }", true),
        ("data: { k: { l: 2 } }", false), ("data: { k: { l: '${ . > 0 }' } }", true), ("data: '${ .k.l == 1 }'", true),
        ("data: '${ error }'", false), ("source: '${ $context.from }'", true),
    ])
    func attributesAreLiteralsOrExpressions(filter: String, fits: Bool) throws {
        let filter = filter.contains("type:") ? filter : "type: a, \(filter)"
        var run = try Simulation(
            body: """
                do:
                  - s: { set: { from: test }, export: { as: . } }
                  - w: { listen: { to: { one: { with: { \(filter) } } } } }
                """)
        run.start()
        run.tell(Self.event("a", "1", ["k": ["l": 1, "m": 2]], ["subject": "s", "room": "r1"]))
        #expect((run.state?.status == .completed) == fits)
    }

    @Test func untilMayBeOtherEventsWhichAreNotPartOfTheOutput() throws {
        var run = try Simulation(
            body: """
                do: [ { w: { listen: { to: {
                  any: [ { with: { type: a } } ],
                  until: { all: [ { with: { type: x } }, { with: { type: y } } ] } } } } } ]
                """)
        run.start()
        for (at, type) in ["a", "x", "a", "x", "y", "a"].enumerated() {
            run.tell(Self.event(type, "\(at)", .integer(Int64(at))))
        }
        #expect(run.output == [0, 2])
    }

    @Test func theFirstValueFixesTheKeyAndExpectBindsToTheInstance() throws {
        var run = try Simulation(
            body: """
                do:
                  - s: { set: { id: 7 } }
                  - w:
                      listen:
                        to:
                          all:
                            - with: { type: paid }
                              correlate: { order: { from: .subject }, of: { from: .data.of, expect: '${ .id }' } }
                            - with: { type: packed }
                              correlate: { order: { from: .subject } }
                """)
        run.start()
        run.tell(Self.event("paid", "1", ["of": "8"], ["subject": "o1"]))
        run.tell(Self.event("paid", "2", ["n": 0], ["subject": "o1"]))
        run.tell(Self.event("paid", "3", ["of": "7"], ["subject": "o2"]))
        run.tell(Self.event("packed", "4", 4, ["subject": "o1"]))
        run.tell(Self.event("packed", "5", 5, ["subject": "o2"]))
        #expect(run.output == [["of": "7"], 5])
    }

    @Test func eachActivationHasItsOwnKeysAndWhatDidNotFitIsKeptForTheNext() throws {
        var run = try Simulation(
            body: """
                do:
                  - count: { set: { n: '${ (.n? // 0) + 1 }' }, export: { as: '($context // {}) + { n: .n }' } }
                  - w:
                      listen:
                        to:
                          one:
                            with: { type: a }
                            correlate: { k: { from: .subject, expect: '${ .n }' } }
                      output: { as: '${ { n: $context.n, got: .[0] } }' }
                  - again: { switch: [ { more: { when: .n < 3, then: count } } ] }
                """)
        run.start()
        run.tell(Self.event("a", "1", "three", ["subject": "3"]))
        run.tell(Self.event("a", "2", "two", ["subject": "2"]))
        run.tell(Self.event("a", "3", "one", ["subject": "1"]))
        #expect(run.output == ["n": 3, "got": "three"])
    }
}
