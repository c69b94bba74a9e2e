import Testing

@Suite struct ImportTests {
    /// The services, by the name of their folder and module.
    let services = Tree.repository.names(in: "Services")

    @Test func `a domain imports Core and nothing else`() {
        let wrong = faults { file, module in
            file.folders.count >= 3 && file.folders[0] == "Services" && file.folders[2] == "Domain" && module != "Core"
        }
        #expect(wrong == [])
    }

    @Test func `no service imports another`() {
        let wrong = faults { file, module in
            guard file.folders.first == "Services" else { return false }
            let own = file.folders[1]
            return services.contains { $0 != own && (module == $0 || module == $0 + "Domain") }
        }
        #expect(wrong == [])
    }

    @Test func `Shared imports no service`() {
        let wrong = faults { file, module in
            file.folders.first == "Shared" && services.contains { module == $0 || module == $0 + "Domain" }
        }
        #expect(wrong == [])
    }

    @Test func `only tests import TestKit`() {
        let wrong = faults { file, module in module == "TestKit" && !file.path.hasPrefix("Shared/TestKit/") }
        #expect(wrong == [])
    }

    @Test func `a C library is imported by its one wrapper`() {
        let owners: [Substring: [Substring]] = [
            "CKafka": ["Kafka"], "CPostgres": ["Postgres"], "CRedis": ["Redis"], "CCurl": ["HTTP"],
            "CMicrohttpd": ["HTTP"], "COpenSSL": ["ObjectStore"], "CYaml": ["Workflow"], "CSimdjson": ["Core"],
            "CEpoll": ["LocalBroker", "HTTP"], "CChecksum": ["LocalBroker"],
        ]
        let wrong = faults { file, module in
            guard let owner = owners[module], file.folders.count > 1 else { return false }
            return !owner.contains(file.folders[1]) && !Allowed.list.contains("c-import", file.path)
        }
        #expect(wrong == [])
    }

    @Test func `the store knows no Kafka and the events know no Postgres`() {
        let wrong = faults { file, module in
            guard file.folders.first == "Services", file.folders.count > 2 else { return false }
            return (file.folders[2] == "Store" && module == "Kafka")
                || (file.folders[2] == "Events" && module == "Postgres")
        }
        #expect(wrong == [])
    }

    @Test func `SQL stands in the store and the migrations only`() {
        let rooms = ["Shared/Postgres/", "Shared/Messaging/", "Shared/TestKit/"]
        let marks = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "UPDATE "]
        var wrong: [String] = []
        for file in Tree.repository.sources where !rooms.contains(where: file.path.hasPrefix) {
            guard !file.folders.contains("Store"), !file.folders.contains("Migrations") else { continue }
            for (number, text) in file.code where text.contains("\"") || text.contains("FROM") {
                let spoken = marks.contains { mark in text.contains("\"" + mark) }
                if spoken, !Allowed.list.contains("sql", file.path) { wrong.append("\(file.path):\(number)") }
            }
        }
        #expect(wrong == [])
    }

    private func faults(_ isWrong: (Tree.File, Substring) -> Bool) -> [String] {
        Tree.repository.sources.flatMap { file in
            file.imports.filter { isWrong(file, $0) }.map { "\(file.path) imports \($0)" }
        }
    }
}
