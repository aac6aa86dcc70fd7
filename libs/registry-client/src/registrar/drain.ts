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

/** Drains at the registry in use. It answers once every subscriber has acknowledged, or after `waitMs`. */
export async function drainAt(scope: MembershipScope, epoch: number, waitMs: number): Promise<Drain> {
  const { plan, calls, failover } = scope;
  const registryUrl = failover.url;
  const path = `/instances/${encodeURIComponent(plan.registration.instance_id)}/drain?wait_ms=${waitMs}`;
  const answer = await calls.post(registryUrl, path, { epoch }, { timeoutMs: waitMs + ANSWER_MARGIN_MS });
  return drainVerdict(answer, registryUrl);
}

export function drainVerdict(answer: RegistryAnswer, registryUrl: string): Drain {
  if (!answer.answered) return { kind: 'failed', failure: answer.failure };
  const { status, body } = answer;
  if (status !== 200) return { kind: 'failed', failure: failureOfAnswer(status, body) };
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
