import type { DrainResponse } from '@rollcall/contracts';
import type { RegistryAnswer } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { isJsonRecord, isStrings } from '../wire/json-record';
import type { MembershipScope } from './membership-scope';

/** The outcome of a drain: of asking every subscriber to send this instance no more requests. */
export type Drain =
  | {
      readonly kind: 'drained';
      readonly registryUrl: string;
      /** Every subscriber has acknowledged, and the registry knows all of them: no request comes any more. */
      readonly complete: boolean;
      readonly acked: number;
      readonly missing: number;
    }
  /** No registry could be asked, or it has no drains: subscribers may not know of it. */
  | { readonly kind: 'failed'; readonly failure: RegistryFailure };

/** Added to the wait: the registry may answer as late as the wait ends. */
const ANSWER_MARGIN_MS = 1000;

/**
 * Drains at the registry in use, and at the next one when it fails meanwhile: replicas of one catalog go on with the
 * same drain. It is answered once every subscriber has acknowledged, or after `waitMs` in all.
 */
export async function drain(scope: MembershipScope, epoch: number, waitMs: number): Promise<Drain> {
  const { plan, calls, failover } = scope;
  const path = `/instances/${encodeURIComponent(plan.registration.instance_id)}/drain`;
  const endsAt = performance.now() + waitMs;

  for (let leftMs = waitMs; ; leftMs = Math.max(0, Math.round(endsAt - performance.now()))) {
    const registryUrl = failover.url;
    const timeoutMs = leftMs + ANSWER_MARGIN_MS;
    const answer = await calls.post(registryUrl, `${path}?wait_ms=${leftMs}`, { epoch }, { timeoutMs });
    const verdict = drainVerdict(answer, registryUrl);
    if (verdict.kind === 'drained' || (answer.answered && answer.status < 500)) return verdict;
    const retryInMs = failover.failed(performance.now(), verdict.failure.retryAfterMs);
    // All of them have failed, or there is no time left.
    if (retryInMs > 0 || performance.now() >= endsAt) return verdict;
  }
}

export function drainVerdict(answer: RegistryAnswer, registryUrl: string): Drain {
  if (!answer.answered) return { kind: 'failed', failure: answer.failure };
  const { status, body } = answer;
  if (status !== 200) return { kind: 'failed', failure: failureOfAnswer(status, body, answer.retryAfterMs) };
  if (!isDrainResponse(body)) return { kind: 'failed', failure: badAnswer('the outcome of a drain') };
  const { complete, acked, missing } = body;
  return { kind: 'drained', registryUrl, complete, acked: acked.length, missing: missing.length };
}

function isDrainResponse(value: unknown): value is Pick<DrainResponse, 'acked' | 'missing' | 'complete'> {
  return (
    isJsonRecord(value) &&
    isStrings(value['acked']) &&
    isStrings(value['missing']) &&
    typeof value['complete'] === 'boolean'
  );
}
