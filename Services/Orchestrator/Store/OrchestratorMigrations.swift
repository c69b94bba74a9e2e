public import Postgres

/// The orchestrator's schema, in order.
public enum OrchestratorMigrations {
    /// Forward only; a released one is never edited.
    public static let all = [
        Migration(resource: "V0001_create_definitions", PackageResources.V0001_create_definitions_sql),
        Migration(resource: "V0002_create_executions", PackageResources.V0002_create_executions_sql),
        Migration(resource: "V0003_create_tombstones", PackageResources.V0003_create_tombstones_sql),
        Migration(resource: "V0004_create_timers", PackageResources.V0004_create_timers_sql),
        Migration(resource: "V0005_create_tasks", PackageResources.V0005_create_tasks_sql),
        Migration(resource: "V0006_create_subscriptions", PackageResources.V0006_create_subscriptions_sql),
        Migration(resource: "V0007_create_schedules", PackageResources.V0007_create_schedules_sql),
        Migration(resource: "V0020_create_migrations", PackageResources.V0020_create_migrations_sql),
        Migration(resource: "V0030_create_audit_rounds", PackageResources.V0030_create_audit_rounds_sql),
        Migration(resource: "V0031_create_incidents", PackageResources.V0031_create_incidents_sql),
        Migration(resource: "V0032_create_waiting_starts", PackageResources.V0032_create_waiting_starts_sql),
        Migration(resource: "V0033_create_deliveries", PackageResources.V0033_create_deliveries_sql),
    ]
}
