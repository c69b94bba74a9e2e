import Glibc

/// The Python packages that tests use.
public enum PythonTools {
    /// Where they are: `CADENZA_VENV`, or where `docker/local/install --tests` puts them in this checkout.
    public static var folder: String {
        if let given = getenv("CADENZA_VENV") { return String(cString: given) }
        return #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/.build/venv"
    }
}
