import Core
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T08:30:00.5+01:00", 1_795_246_200_500_000),
        ("2000-02-29", 951_782_400_000_000), ("1969-12-31T23:59:59.999999Z", -1),
    ])
    func readsAndWritesRFC3339(text: String, microseconds: Int64) throws {
        let instant = try #require(Instant(text))
        #expect(instant.microseconds == microseconds)
        #expect(Instant(instant.description) == instant)
    }

    @Test(arguments: ["", "2026-13-01", "2026-02-29", "2026-11-21T25:00:00Z", "2026-11-21T08:30:00", "yesterday"])
    func refusesWhatIsNoMoment(text: String) { #expect(Instant(text) == nil) }

    @Test func roundTripsAnyMoment() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let instant = Instant(
                microseconds: Int64.random(in: -60_000_000_000_000_000...250_000_000_000_000_000, using: &random))
            #expect(Instant(instant.description) == instant)
        }
    }
}

@Suite struct DurationTests {
    @Test(arguments: [
        ("PT30S", Duration.seconds(30)), ("P1DT2H3M4.5S", .milliseconds(93_784_500)), ("P2W", .seconds(1_209_600)),
        ("PT0S", .zero), ("PT1M", .seconds(60)),
    ])
    func readsISO8601(text: String, duration: Duration) throws {
        #expect(Duration(iso8601: text) == duration)
        #expect(Duration(iso8601: duration.iso8601) == duration)
    }

    @Test(arguments: ["", "P", "PT", "P1Y", "P1M", "PT1S1M", "1H", "PT-1S", "P1DT"])
    func refusesOthers(text: String) { #expect(Duration(iso8601: text) == nil) }
}

@Suite struct JSONTests {
    @Test func keepsOrderAndExactIntegers() throws {
        let text = #"{"b":[1,2.5,-9007199254740993,true,null],"a":{"é\n":"\u0001"},"b2":18446744073709551615}"#
        let value = try JSON(parsing: text)
        #expect(value["b"]?[2] == .integer(-9_007_199_254_740_993))
        #expect(value.object?.keys == ["b", "a", "b2"])
        #expect(try JSON(parsing: value.text()) == value)
        #expect(try JSON(parsing: value.text(.pretty)) == value)
        #expect(value.text(.canonical).hasPrefix(#"{"a":"#))
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\" 1}", "nul", "\"\u{1}\"", "[1] x"])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test func randomValuesRoundTrip() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<500 {
            let value = randomJSON(&random, depth: 4)
            #expect(try JSON(parsing: value.bytes()) == value)
        }
    }

    @Test func bigObjectsFindTheirMembers() {
        var object = JSONObject()
        for number in 0..<100 { object["k\(number)"] = .integer(Int64(number)) }
        object["k50"] = nil
        #expect(object["k99"] == 99)
        #expect(object["k50"] == nil)
        #expect(object.count == 99)
    }

    private func randomJSON(_ random: inout SplitMix64, depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: Int64.min...Int64.max, using: &random))
        case 3: .number(.random(in: -1e300...1e300, using: &random))
        case 4:
            .string(
                String(
                    (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                        "a\"\\\n\u{7}é𝄞".randomElement(using: &random)!
                    }))
        case 5: .array((0..<3).map { _ in randomJSON(&random, depth: depth - 1) })
        default: .object(JSONObject((0..<4).map { ("k\($0)", randomJSON(&random, depth: depth - 1)) }))
        }
    }
}

@Suite struct JSONPointerTests {
    @Test func resolvesEscapedSteps() throws {
        let value: JSON = ["do": [["a/b~c": 7]]]
        let pointer = JSONPointer(["do", "0", "a/b~c"])
        #expect(pointer.description == "/do/0/a~1b~0c")
        #expect(JSONPointer(pointer.description) == pointer)
        #expect(pointer.resolve(in: value) == 7)
        #expect(JSONPointer("do") == nil)
    }
}

@Suite struct RetryPolicyTests {
    @Test func growsToTheCapAndStopsAtTheLimit() {
        let policy = RetryPolicy(base: .seconds(1), factor: 2, cap: .seconds(10), limit: 6)
        let bounds = (1...7).map { policy.delay(retry: $0, draw: 1) }
        #expect(bounds == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10), nil])
        #expect(policy.delay(retry: 3, draw: 0.25) == .seconds(1))
    }
}

@Suite struct IdentifierTests {
    @Test func identifiersAreVersionSevenAndSortByTime() {
        let source = UUIDv7Source()
        let made = (0..<100).map { _ in source.next() }
        #expect(Set(made).count == 100)
        #expect(made.allSatisfy { $0.count == 36 && Array($0)[14] == "7" && "89ab".contains(Array($0)[19]) })
        #expect(made.map { $0.prefix(13) } == made.map { $0.prefix(13) }.sorted())
    }
}
