import CommandLineDomain
import Core
import Testing

@Suite struct ArgumentTests {
    static let form = CommandForm(
        name: "try", summary: "Tries.", operands: [.init("FILE", "A file."), .init("MORE", "More.", isOptional: true)],
        options: [
            .init("input", "JSON", "The input."), .init("event", "JSON", "An event.", repeats: true),
            .init("virtual", nil, "Virtual."),
        ])

    static func read(_ line: String) throws(UsageError) -> ArgumentValues {
        try ArgumentValues(line.split(separator: " ").map(String.init), of: form)
    }

    @Test func namesMayStandAnywhereAndValuesEitherWay() throws {
        let values = try Self.read("--input a file --event=b=c --event d --virtual")
        #expect(values.operands == ["file"])
        #expect(values["input"] == "a")
        #expect(values.all("event") == ["b=c", "d"])
        #expect(values.has("virtual"))
        #expect(!values.has("other") && values["other"] == nil)
    }

    @Test func afterTwoDashesNothingIsAName() throws {
        #expect(try Self.read("-- --virtual").operands == ["--virtual"])
        #expect(try Self.read("-").operands == ["-"])
    }

    @Test func helpIsGivenWhateverElseIsWrong() throws { #expect(try Self.read("--help --nonsense").wantsHelp) }

    @Test(arguments: [
        ("", "FILE is missing"), ("a b c", "c is one argument too many"), ("a --input", "--input needs a value: JSON"),
        ("a --imput x", "there is no option --imput; did you mean --input?"),
        ("a --zzzzzzz", "there is no option --zzzzzzz"), ("a --virtual=1", "--virtual takes no value"),
        ("a --input x --input y", "--input stands twice"), ("a -v", "-v is no option: names have two dashes"),
    ])
    func whatIsWrongIsSaid(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try Self.read(line) }
        #expect(error?.description == message)
        #expect(error?.command == "try")
    }

    @Test func theHelpTellsEverything() {
        let page = HelpText.page(Self.form)
        for word in ["cadenza try FILE [MORE] [options]", "--input JSON", "An event.", "Exit status: 0", "--help"] {
            #expect(page.contains(word), "\(word)")
        }
        #expect(HelpText.overview([Self.form]).contains("  try  Tries."))
    }

    @Test func aCaretStandsBelowItsColumn() {
        #expect(Excerpt.lines(of: "a: 1\nb:\tx: 2\n", line: 2, column: 4) == ["    2 | b:\tx: 2", "      |   \t^"])
        #expect(Excerpt.lines(of: "a", line: 9, column: 1) == [])
        #expect(Excerpt.lines(of: "a", line: 0, column: 1) == [])
        #expect(Excerpt.lines(of: "", line: 1, column: 1) == ["    1 | ", "      | ^"])
    }

    @Test func anEventMayHaveATime() {
        #expect(EventArgument("PT5S={\"a\":1}").after == .seconds(5))
        #expect(EventArgument("PT5S={\"a\":1}").text == "{\"a\":1}")
        #expect(EventArgument("@file").after == .zero)
        #expect(EventArgument("Paris=x").text == "Paris=x")
        let list = EventArgument.events(
            [["type": "a"], ["after": "PT1S", "event": ["type": "b"]]], after: .seconds(2))
        #expect(list?.map(\.after) == [.seconds(2), .seconds(3)])
        #expect(list?.map { $0.event["type"] } == ["a", "b"])
        #expect(EventArgument.events(["no": "type"], after: .zero) == nil)
        #expect(EventArgument.events([["after": "soon", "event": ["type": "b"]]], after: .zero) == nil)
    }
}
