public import Core

extension CoreV1.Fault {
    /// The message of an error; what is not known is empty.
    public init(_ fault: Core.Fault) {
        self.init(
            type: fault.type, status: Int32(clamping: fault.status), title: fault.title ?? "",
            detail: fault.detail ?? "", instance: fault.instance ?? "")
    }
}

extension Core.Fault {
    /// The error of a message; empty fields are not known.
    public init(_ fault: CoreV1.Fault) {
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        self.init(
            type: fault.type, status: Int(fault.status), title: known(fault.title), detail: known(fault.detail),
            instance: known(fault.instance))
    }
}
