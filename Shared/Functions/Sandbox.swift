import Glibc
import Synchronization

/// How processes are confined on this machine.
struct Sandbox: Sendable {
    private static let folders = ["/usr/local/bin", "/usr/bin", "/bin"]

    /// What confines, with the path of its program.
    enum Wrapper: Sendable, Hashable {
        case bubblewrap(String)
        case unshare(String)

        /// Those that are installed, the better first.
        static var installed: [Wrapper] {
            [find("bwrap").map(bubblewrap), find("unshare").map(unshare)].compactMap { $0 }
        }
    }

    let settings: ProcessSettings

    private var wrapper: Wrapper? { settings.wrapper ?? Wrapper.installed.first }

    /// The whole command that runs `command` in `folder`; nil when this machine cannot confine it as the settings ask.
    func command(_ command: [String], in folder: String) -> [String]? {
        guard let program = command.first.flatMap(Self.find), let limiter = Self.find("prlimit") else { return nil }
        let command = [program] + command.dropFirst()
        let limits = [
            limiter, "--data=\(settings.memory)", "--fsize=\(settings.file)", "--nofile=256", "--core=0",
            "--cpu=\(max(1, settings.time.components.seconds))", "--",
        ]
        // A file action for the folder is not to be had here, hence the shell.
        let entry = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder]
        switch settings.confinement {
        case .off: return nil
        case .unconfined: return entry + limits + command
        case .sandboxed:
            switch wrapper {
            case .bubblewrap(let path)?:
                let hidden = ["/home", "/root", "/run", "/tmp"].flatMap { ["--tmpfs", $0] }
                return entry + limits + [path, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"] + hidden
                    + [
                        "--bind", folder, folder, "--chdir", folder, "--unshare-all", "--die-with-parent",
                        "--new-session", "--",
                    ] + command
            case .unshare(let path)?:
                return entry + [
                    path, "--user", "--map-root-user", "--net", "--ipc", "--uts", "--pid", "--fork",
                    "--kill-child=KILL", "--mount-proc",
                ] + limits + command
            case nil: return nil
            }
        }
    }

    /// The path of a program; nil when it is not installed.
    static func find(_ name: String) -> String? {
        if name.hasPrefix("/") { return access(name, X_OK) == 0 ? name : nil }
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
