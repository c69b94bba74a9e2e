import Postgres

/// The changes of this service's schema, in order.
enum ApprovalsMigrations {
    static let all = [
        Migration(resource: "V0001_create_approvals", PackageResources.V0001_create_approvals_sql),
        Migration(resource: "V0002_create_decisions", PackageResources.V0002_create_decisions_sql),
        Migration(resource: "V0003_create_timers", PackageResources.V0003_create_timers_sql),
        Migration(resource: "V0030_create_audit_rounds", PackageResources.V0030_create_audit_rounds_sql),
    ]
}
