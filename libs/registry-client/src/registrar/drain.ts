import type { DrainResponse } from '@rollcall/contracts';
import type { RegistryAnswer } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { isJsonRecord, isStrings } from '../wire/json-record';
import type { MembershipScope } from './membership-scope';

/** What asking everybody to pick this instance no more came to. */
export type Drain =
  | {
      readonly kind: 'drained';
      readonly registryUrl: string;
      /** Nobody is missing, and the registry knows everybody: no request will come any more. */
      readonly complete: boolean;
      readonly acked: number;
      readonly missing: number;
    }
  /** No registry could be asked, or it does not know how to: callers may not have heard. */
  | { readonly kind: 'unheard'; readonly failure: RegistryFailure };

/** The answer may come as late as the wait; only after that is it missing. */
const ANSWER_MARGIN_MS = 1000;

/** Asks the registry that listed us last. It answers once every subscriber has acknowledged, or after `waitMs`. */
export async function drainAt(scope: MembershipScope, epoch: number, waitMs: number): Promise<Drain> {
  const { plan, calls, turn } = scope;
  const registryUrl = turn.url;
  const path = `/instances/${encodeURIComponent(plan.registration.instance_id)}/drain?wait_ms=${waitMs}`;
  const answer = await calls.post(registryUrl, path, { epoch }, { timeoutMs: waitMs + ANSWER_MARGIN_MS });
  return drainVerdict(answer, registryUrl);
}

export function drainVerdict(answer: RegistryAnswer, registryUrl: string): Drain {
  if (!answer.answered) return { kind: 'unheard', failure: answer.failure };
  const { status, body } = answer;
  if (status !== 200) return { kind: 'unheard', failure: failureOfAnswer(status, body) };
  if (!isDrainResponse(body)) return { kind: 'unheard', failure: badAnswer('that of a drain') };
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
