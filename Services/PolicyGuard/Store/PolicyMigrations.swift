import Postgres

/// The changes of this service's schema, in order.
enum PolicyMigrations {
    static let all = [
        Migration(resource: "V0001_create_policies", PackageResources.V0001_create_policies_sql),
        Migration(resource: "V0002_create_verdicts", PackageResources.V0002_create_verdicts_sql),
    ]
}
