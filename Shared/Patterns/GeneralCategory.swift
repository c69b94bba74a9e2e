/// Unicode's general categories as bits, and their names.
enum GeneralCategory {
    static func bit(_ category: Unicode.GeneralCategory) -> UInt32 {
        for (position, entry) in table.enumerated() where entry.category == category { return 1 << UInt32(position) }
        return 0
    }

    /// Marks, decimal digits and connecting punctuation: what `\w` has besides letters.
    static let word = bits("m") | bits("nd") | bits("pc")

    /// The bits of a category by its short or long name, of a group of them by its letter or name; 0 when there is
    /// none. Names in small letters, without `_`, `-` and spaces.
    static func bits(_ name: String) -> UInt32 {
        let group = groups[name] ?? name
        var found: UInt32 = 0
        for (position, entry) in table.enumerated() {
            let short = entry.short.lowercased()
            let long = entry.long.lowercased().filter { $0 != "_" }
            let isCased = group == "lc" && ["lu", "ll", "lt"].contains(short)
            if short == name || long == name || isCased || (group.count == 1 && short.hasPrefix(group)) {
                found |= 1 << UInt32(position)
            }
        }
        return found
    }

    private static let groups = [
        "letter": "l", "mark": "m", "combiningmark": "m", "number": "n", "punctuation": "p", "symbol": "s",
        "separator": "z", "other": "c", "casedletter": "lc",
    ]

    private static let table: [(category: Unicode.GeneralCategory, short: String, long: String)] = [
        (.lowercaseLetter, "Ll", "Lowercase_Letter"), (.uppercaseLetter, "Lu", "Uppercase_Letter"),
        (.otherLetter, "Lo", "Other_Letter"), (.decimalNumber, "Nd", "Decimal_Number"),
        (.nonspacingMark, "Mn", "Nonspacing_Mark"), (.spacingMark, "Mc", "Spacing_Mark"),
        (.modifierLetter, "Lm", "Modifier_Letter"), (.titlecaseLetter, "Lt", "Titlecase_Letter"),
        (.enclosingMark, "Me", "Enclosing_Mark"), (.letterNumber, "Nl", "Letter_Number"),
        (.otherNumber, "No", "Other_Number"), (.connectorPunctuation, "Pc", "Connector_Punctuation"),
        (.dashPunctuation, "Pd", "Dash_Punctuation"), (.openPunctuation, "Ps", "Open_Punctuation"),
        (.closePunctuation, "Pe", "Close_Punctuation"), (.initialPunctuation, "Pi", "Initial_Punctuation"),
        (.finalPunctuation, "Pf", "Final_Punctuation"), (.otherPunctuation, "Po", "Other_Punctuation"),
        (.mathSymbol, "Sm", "Math_Symbol"), (.currencySymbol, "Sc", "Currency_Symbol"),
        (.modifierSymbol, "Sk", "Modifier_Symbol"), (.otherSymbol, "So", "Other_Symbol"),
        (.spaceSeparator, "Zs", "Space_Separator"), (.lineSeparator, "Zl", "Line_Separator"),
        (.paragraphSeparator, "Zp", "Paragraph_Separator"), (.control, "Cc", "Control"), (.format, "Cf", "Format"),
        (.surrogate, "Cs", "Surrogate"), (.privateUse, "Co", "Private_Use"), (.unassigned, "Cn", "Unassigned"),
    ]
}
