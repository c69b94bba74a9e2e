public import Postgres

/// The gateway's tables.
public enum GatewayMigrations {
    /// All of them, in order.
    public static let all: [Migration] = [
        Migration(resource: "V0001_create_api_keys", PackageResources.V0001_create_api_keys_sql),
        Migration(resource: "V0002_create_workflows", PackageResources.V0002_create_workflows_sql),
        Migration(resource: "V0003_create_executions", PackageResources.V0003_create_executions_sql),
        Migration(resource: "V0004_create_execution_events", PackageResources.V0004_create_execution_events_sql),
        Migration(resource: "V0005_create_task_usage", PackageResources.V0005_create_task_usage_sql),
        Migration(resource: "V0006_create_documents", PackageResources.V0006_create_documents_sql),
        Migration(resource: "V0007_create_policies", PackageResources.V0007_create_policies_sql),
        Migration(resource: "V0008_create_approvals", PackageResources.V0008_create_approvals_sql),
        Migration(resource: "V0009_create_replies", PackageResources.V0009_create_replies_sql),
        Migration(resource: "V0010_create_idempotency", PackageResources.V0010_create_idempotency_sql),
        Migration(resource: "V0011_create_dead_letter_desk", PackageResources.V0011_create_dead_letter_desk_sql),
        Migration(resource: "V0012_add_causes", PackageResources.V0012_add_causes_sql),
        Migration(resource: "V0013_create_migrations", PackageResources.V0013_create_migrations_sql),
        Migration(resource: "V0014_create_webhooks", PackageResources.V0014_create_webhooks_sql),
        Migration(resource: "V0015_work_on_dead_letters", PackageResources.V0015_work_on_dead_letters_sql),
        Migration(
            resource: "V0016_create_dead_letter_changes", PackageResources.V0016_create_dead_letter_changes_sql),
        Migration(resource: "V0017_create_redrives", PackageResources.V0017_create_redrives_sql),
        Migration(resource: "V0021_create_incidents", PackageResources.V0021_create_incidents_sql),
        Migration(resource: "V0022_keep_heads_together", PackageResources.V0022_keep_heads_together_sql),
        Migration(
            resource: "V0023_update_executions_in_place", PackageResources.V0023_update_executions_in_place_sql),
        Migration(resource: "V0030_create_audit_rounds", PackageResources.V0030_create_audit_rounds_sql),
        Migration(resource: "V0031_audit_executions", PackageResources.V0031_audit_executions_sql),
    ]
}
