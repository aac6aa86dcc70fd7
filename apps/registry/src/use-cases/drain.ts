import type { AcknowledgeRequest, DrainResponse } from '@rollcall/contracts';
import type { Entry } from '../catalog/entry';
import { applyEvent, type ApplyEventDeps } from './apply-event';
import {
  awaitAcknowledgements,
  type AcknowledgementWait,
  type AwaitAcknowledgementsDeps,
} from './await-acknowledgements';

export type DrainDeps = ApplyEventDeps & AwaitAcknowledgementsDeps;

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
): Promise<DrainResponse | undefined> {
  const { catalog, acknowledgements, clock, subscribersKnownAt } = deps;
  const isListed = (): boolean => catalog.isListed(entry);

  await applyEvent(deps, entry, { type: 'drain' }, by);
  if (!isListed()) return undefined;

  const { instanceId, epoch, revision, registration } = entry.record;
  const { serviceName } = registration;
  await patiently((patience) =>
    awaitAcknowledgements(deps, { serviceName, revision, isPending: isListed }, patience),
  );

  const { acked, missing } = acknowledgements.of(serviceName, revision);
  const complete = missing.length === 0 && clock.moment().now >= subscribersKnownAt;
  return { instance_id: instanceId, epoch, revision, acked, missing, complete };
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
