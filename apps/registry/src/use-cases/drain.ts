import type { DrainResponse } from '@rollcall/contracts';
import { resolveReference } from '../catalog/decisions/reference';
import { applyEvent, type ApplyEventDeps } from './apply-event';
import { awaitAcknowledgements, type AwaitAcknowledgementsDeps } from './await-acknowledgements';

export type DrainDeps = ApplyEventDeps & AwaitAcknowledgementsDeps;

export type DrainResult =
  | { readonly kind: 'drained'; readonly response: DrainResponse }
  | { readonly kind: 'unknown' }
  /** `epoch` is that of the life which is listed. */
  | { readonly kind: 'other_life'; readonly epoch: number };

/** Waits as long as that, or until `signal` says that nobody waits for the answer; the instance goes on draining. */
export type DrainWait = (patience: {
  readonly waitMs: number;
  readonly signal: AbortSignal;
}) => Promise<void>;

/**
 * Makes an instance `draining`, and waits until everybody who watches its service has said that it is picked no more.
 *
 * @param by who asked for it: a caller's identity
 * @param patiently called once the instance is draining, with what waits. It need not wait: that so many others do is no
 *   reason for the instance to stay up
 */
export async function drain(
  deps: DrainDeps,
  reference: { readonly instance_id: string; readonly epoch?: number },
  by: string,
  patiently: (wait: DrainWait) => Promise<void>,
): Promise<DrainResult> {
  const { catalog, roll, clock, rollKnownAt } = deps;
  const resolved = resolveReference(catalog, reference);
  if (resolved.kind === 'unknown') return resolved;
  if (resolved.kind === 'other_life') return { kind: 'other_life', epoch: resolved.entry.record.epoch };
  const { entry } = resolved;
  const isListed = (): boolean => catalog.isListed(entry);

  await applyEvent(deps, entry, { type: 'drain' }, by);
  // Something else has taken it off the list meanwhile.
  if (!isListed()) return { kind: 'unknown' };

  const { instanceId, epoch, revision, registration } = entry.record;
  const { serviceName } = registration;
  await patiently((patience) =>
    awaitAcknowledgements(deps, { serviceName, revision, isPending: isListed }, patience),
  );

  const { acked, missing } = roll.acknowledgements(serviceName, revision);
  const complete = missing.length === 0 && clock.moment().now >= rollKnownAt;
  return {
    kind: 'drained',
    response: { instance_id: instanceId, epoch, revision, acked, missing, complete },
  };
}
