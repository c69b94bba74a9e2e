public import Lifecycle
import ObjectStore
public import Postgres
public import ServiceKit
import StateKeeperDomain

/// The state service: one reader of everything that happens.
public enum StateKeeperService {
    /// The service's own tables.
    public static let migrations = [
        Migration(resource: "V0001_create_logs", PackageResources.V0001_create_logs_sql),
        Migration(resource: "V0002_create_events", PackageResources.V0002_create_events_sql),
        Migration(resource: "V0003_create_early_events", PackageResources.V0003_create_early_events_sql),
        Migration(resource: "V0004_create_activities", PackageResources.V0004_create_activities_sql),
        Migration(resource: "V0005_create_audits", PackageResources.V0005_create_audits_sql),
        Migration(resource: "V0010_store_states_seldom", PackageResources.V0010_store_states_seldom_sql),
        Migration(resource: "V0030_create_gaps", PackageResources.V0030_create_gaps_sql),
        Migration(resource: "V0035_keep_events_together", PackageResources.V0035_keep_events_together_sql),
    ]

    /// What runs, in the order of starting.
    public static func members(_ context: ServiceContext, _ audit: AuditPlan) -> [ServiceGroup.Member] {
        let chain = HashChain { SHA256Digest.hash($0) }
        let claims = ClaimCheck(objects: context.objects)
        let fold = Fold(claims: claims)
        let gaps = HistoryGaps(plan: audit, outbox: context.outbox, telemetry: context.telemetry)
        let handler = StateHandler(
            writer: HistoryWriter(chain: chain, fold: fold, telemetry: context.telemetry),
            reader: HistoryReader(chain: chain, fold: fold, claims: claims), gaps: gaps)
        return [.init("history", context.processor(for: handler)), .init("gaps", gaps)]
    }
}
