import type { AcknowledgeRequest } from '@rollcall/contracts';
import type { Entry } from '../catalog/entry';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { DrainSubscriberState } from '../ports/replica-group';
import { isDraining } from '../watch/draining-services';
import { applyEvent, type ApplyEventDeps } from './apply-event';
import {
  awaitAcknowledgements,
  type AcknowledgementWait,
  type AwaitAcknowledgementsDeps,
} from './await-acknowledgements';

export type DrainDeps = ApplyEventDeps & AwaitAcknowledgementsDeps;

/** How far a drain has come: which subscribers, by their ids, have acknowledged the revision at which it began. */
export interface DrainOutcome {
  readonly instanceId: string;
  readonly epoch: number;
  readonly revision: number;
  readonly acked: readonly string[];
  readonly missing: readonly string[];
  /** What is known of those at other replicas. */
  readonly elsewhere: readonly DrainSubscriberState[];
  readonly complete: boolean;
}

/** Waits as long as that, or until `signal` aborts because the caller has gone; the instance goes on draining. */
export type DrainWait = (patience: AcknowledgementWait) => Promise<void>;

/**
 * Sets an instance to `draining`, and waits until every subscriber of its service has acknowledged that it picks the
 * instance no more.
 *
 * @param by who asked for it: a caller's identity
 * @param patiently called once the instance is draining, with what waits. It need not wait: that so many others do is no
 *   reason for the instance to stay up
 * @returns `undefined` when the instance left the list before it was draining
 */
export async function drain(
  deps: DrainDeps,
  entry: Entry,
  by: string,
  patiently: (wait: DrainWait) => Promise<void>,
): Promise<DrainOutcome | undefined> {
  const { catalog } = deps;
  const isListed = (): boolean => catalog.isListed(entry);

  await applyEvent(deps, entry, { type: 'drain' }, by);
  if (!isListed()) return undefined;

  const { record } = entry;
  const { serviceName } = record.registration;
  await patiently((patience) =>
    awaitAcknowledgements(
      deps,
      { serviceName, instanceId: record.instanceId, revision: record.revision, isPending: isListed },
      patience,
    ),
  );

  return drainOutcome(deps, record);
}

/** How far the drain of an instance has come. Of one that is not draining nobody is asked to acknowledge anything. */
export function drainOutcome(
  { acknowledgements, clock, drains }: AwaitAcknowledgementsDeps,
  record: InstanceRecord,
): DrainOutcome {
  const { instanceId, epoch, revision, registration } = record;
  const { now } = clock.moment();
  acknowledgements.forgetAbsent(now);
  const outcome = { instanceId, epoch, revision };
  if (!isDraining(record)) return { ...outcome, acked: [], missing: [], elsewhere: [], complete: false };
  const { serviceName } = registration;
  const drain = { serviceName, instanceId, revision };
  const here = acknowledgements.of(serviceName, revision);
  const elsewhere = drains.elsewhere(drain);
  const told = (wanted: boolean): string[] =>
    elsewhere.flatMap(({ subscriber, acked }) => (acked === wanted ? subscriber : []));
  // Who has moved to another replica is missing where it was, for a while.
  const acked = new Set([...here.acked, ...told(true)]);
  const missing = new Set([...here.missing, ...told(false)].filter((id) => !acked.has(id)));
  return {
    ...outcome,
    acked: [...acked],
    missing: [...missing],
    elsewhere,
    complete: now >= drains.subscribersKnownAt && drains.isComplete(drain),
  };
}

/** Records up to which revision a subscriber has acknowledged, if its stream secret is right. */
export function acknowledge(
  { acknowledgements, feed, clock }: AwaitAcknowledgementsDeps,
  { subscriber, stream_secret: secret, revision, goodbye }: AcknowledgeRequest,
): 'noted' | 'unknown' | 'wrong_secret' {
  return acknowledgements.acknowledge(
    {
      subscriber,
      secret,
      // A revision to come cannot have been seen: later drains have to be waited for all the same.
      revision: Math.min(revision, feed.revision),
      isGoodbye: goodbye === true,
    },
    clock.moment().now,
  );
}
