import type { ExplainedInstance, ExplainedInstanceOverride, ExplainedTraffic } from '@rollcall/contracts';
import type { Entry } from './entry';
import { healthQuestion } from './instance/health-question';
import type { InstanceRecord } from './instance/instance-record';
import { isHeld, statusOf } from './instance/standing';
import { epochSeconds } from './moment';
import type { KeptOverride } from './overrides/kept-override';

/** What is known of an instance besides its entry. Times are epoch milliseconds. */
export interface InstanceFacts {
  /** Whether it is among those of its service that get traffic now. */
  readonly getsTraffic: boolean;
  readonly since: number | undefined;
  readonly leaseEndsAt: number | undefined;
  readonly lastProbe: { readonly at: number; readonly outcome: string } | undefined;
  /** Ids of the replicas that know of it; absent in a registry with a store of its own. */
  readonly replicas:
    | { readonly heardBy: string | undefined; readonly sessionAt: string | undefined }
    | undefined;
  readonly override: KeptOverride | undefined;
  readonly warnings: readonly string[];
  /** What a probe found that keeps others from reaching it, with what is to be done. */
  readonly reachWarning: string | undefined;
}

/** Everything that says why an instance does or does not get traffic. */
export function explainInstance(
  { record, contact, heardAt }: Entry,
  facts: InstanceFacts,
): ExplainedInstance {
  const { condition } = record.standing;
  const { since, leaseEndsAt, lastProbe, replicas } = facts;
  return {
    instance_id: record.instanceId,
    url: record.registration.url,
    epoch: record.epoch,
    status: statusOf(record.standing),
    since: since === undefined ? null : epochSeconds(since),
    traffic: explainTraffic(record, facts),
    last_heartbeat: epochSeconds(heardAt),
    lease_ends: leaseEndsAt === undefined ? null : epochSeconds(leaseEndsAt),
    session: contact.session,
    last_probe:
      lastProbe === undefined ? null : { at: epochSeconds(lastProbe.at), outcome: lastProbe.outcome },
    held: isHeld(condition),
    override: explainOverride(record, facts.override),
    refused_routes: record.refusedRoutes ?? [],
    warnings: facts.warnings,
    ...(replicas && {
      replicas: { last_heartbeat: replicas.heardBy ?? null, session: replicas.sessionAt ?? null },
    }),
  };
}

/** A store of an older version has an override in its record alone. */
function explainOverride(
  { standing }: InstanceRecord,
  kept: KeptOverride | undefined,
): ExplainedInstanceOverride | null {
  if (standing.override === undefined) return null;
  const { status, reason } = standing.override;
  return { status, reason, until: kept?.until === undefined ? null : epochSeconds(kept.until) };
}

function explainTraffic(record: InstanceRecord, facts: InstanceFacts): ExplainedTraffic {
  const { getsTraffic: gets } = facts;
  return { gets, why: whyOf(record, facts), mend: gets ? null : mendOf(record, facts) };
}

function whyOf({ standing }: InstanceRecord, { getsTraffic: gets, override: kept }: InstanceFacts): string {
  const { condition, override } = standing;
  if (override !== undefined) {
    const end =
      kept?.until === undefined ? '' : ` The override ends at ${new Date(kept.until).toISOString()}.`;
    return `An operator took it out of service: ${override.reason}. Without the override it is ${condition.status}.${end}`;
  }
  switch (condition.status) {
    case 'up':
      return 'It is up.';
    case 'starting':
      return 'It registered as starting, and has not reported up yet.';
    case 'draining':
      return 'It is draining: it is about to stop.';
    case 'suspect':
      return `${SUSPICIONS[condition.cause]}${gets ? ', but no other instance is up.' : ', and other instances are up.'}`;
  }
}

/** Of one that gets no traffic. */
function mendOf({ instanceId, registration, standing }: InstanceRecord, facts: InstanceFacts): string {
  const { condition, override } = standing;
  if (override !== undefined)
    return `Put it back into service once it is fit: DELETE /instances/${instanceId}/override (scope admin).`;
  switch (condition.status) {
    case 'up':
      return 'Ask again: the catalog has just changed.';
    case 'starting':
      return 'Have it send a heartbeat with "status": "up" once it can take requests. If it never does, see its own log.';
    case 'draining':
      return 'Nothing, if it is to stop. To have it take requests again, start it anew: a draining instance does not come back.';
    case 'suspect':
      return (
        facts.reachWarning ??
        `See that its process runs and answers ${healthQuestion(registration)} at ${registration.url}: it is up again with the next probe that it answers, or when it opens its session.`
      );
  }
}

/** What is to be done while the mass-expiry guard holds instances of a service. */
export function guardMend(serviceName: string): string {
  return `See that the registry reaches them: it is more likely cut off from them than all of them are dead. If they are dead, evict them: POST /services/${serviceName}/guard/release (scope admin).`;
}

const SUSPICIONS = {
  session_lost: 'Its session broke, and no probe has reached it since',
  probes_failed: 'Its latest probes failed',
  held: 'It is due to be evicted, but the mass-expiry guard holds it',
} as const;
