import type { ExplainedInstance, ExplainedTraffic } from '@rollcall/contracts';
import type { Entry } from './entry';
import type { InstanceRecord } from './instance/instance-record';
import { isHeld, statusOf } from './instance/standing';

/** What is known of an instance besides its entry. Times are epoch milliseconds. */
export interface InstanceFacts {
  /** Whether it is among those of its service that get traffic now. */
  readonly getsTraffic: boolean;
  readonly since: number | undefined;
  readonly leaseEndsAt: number | undefined;
  readonly lastProbe: { readonly at: number; readonly outcome: string } | undefined;
  readonly warnings: readonly string[];
}

/** Everything that says why an instance does or does not get traffic. */
export function explainInstance(
  { record, contact, heardAt }: Entry,
  facts: InstanceFacts,
): ExplainedInstance {
  const { condition, override } = record.standing;
  const { since, leaseEndsAt, lastProbe } = facts;
  return {
    instance_id: record.instanceId,
    url: record.registration.url,
    epoch: record.epoch,
    status: statusOf(record.standing),
    since: since === undefined ? null : seconds(since),
    traffic: explainTraffic(record, facts.getsTraffic),
    last_heartbeat: seconds(heardAt),
    lease_ends: leaseEndsAt === undefined ? null : seconds(leaseEndsAt),
    session: contact.session,
    last_probe: lastProbe === undefined ? null : { at: seconds(lastProbe.at), outcome: lastProbe.outcome },
    held: isHeld(condition),
    override: override ?? null,
    refused_routes: record.refusedRoutes ?? [],
    warnings: facts.warnings,
  };
}

function explainTraffic({ standing }: InstanceRecord, gets: boolean): ExplainedTraffic {
  const { condition, override } = standing;
  if (override !== undefined)
    return {
      gets,
      why: `An operator took it out of service: ${override.reason}. Without the override it is ${condition.status}.`,
    };
  switch (condition.status) {
    case 'up':
      return { gets, why: 'It is up.' };
    case 'starting':
      return { gets, why: 'It registered as starting, and has not reported up yet.' };
    case 'draining':
      return { gets, why: 'It is draining: it is about to stop.' };
    case 'suspect':
      return {
        gets,
        why: `${SUSPICIONS[condition.cause]}${gets ? ', but no other instance is up.' : ', and other instances are up.'}`,
      };
  }
}

const SUSPICIONS = {
  session_lost: 'Its session broke, and no probe has reached it since',
  probes_failed: 'Its latest probes failed',
  held: 'It is due to be evicted, but the mass-expiry guard holds it',
} as const;

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
