import type { HeartbeatResponse } from '@rollcall/contracts';
import type { RegistryAnswer } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { isDuration, isJsonRecord, isStrings } from '../wire/json-record';

/** What a heartbeat came to. */
export type HeartbeatVerdict =
  | {
      readonly kind: 'alive';
      readonly intervalSeconds: number;
      readonly ttlSeconds: number;
      readonly warnings: readonly string[];
    }
  /** The registry does not know the instance: register again. */
  | { readonly kind: 'unknown' }
  /** Another life of this registration has taken over. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'refused'; readonly failure: RegistryFailure }
  | { readonly kind: 'unavailable'; readonly failure: RegistryFailure };

export function heartbeatVerdict(answer: RegistryAnswer): HeartbeatVerdict {
  if (!answer.answered) return { kind: 'unavailable', failure: answer.failure };
  const { status, body } = answer;
  if (status === 200)
    return isHeartbeatResponse(body)
      ? {
          kind: 'alive',
          intervalSeconds: body.heartbeat_interval_seconds,
          ttlSeconds: body.ttl_seconds,
          warnings: body.warnings ?? [],
        }
      : { kind: 'unavailable', failure: badAnswer('that of a heartbeat') };
  if (status === 404) return { kind: 'unknown' };
  if (status === 409) return { kind: 'superseded' };
  const failure = failureOfAnswer(status, body);
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unavailable', failure };
}

type UsedFields = Pick<HeartbeatResponse, 'heartbeat_interval_seconds' | 'ttl_seconds' | 'warnings'>;

function isHeartbeatResponse(value: unknown): value is UsedFields {
  return (
    isJsonRecord(value) &&
    isDuration(value['heartbeat_interval_seconds']) &&
    isDuration(value['ttl_seconds']) &&
    (value['warnings'] === undefined || isStrings(value['warnings']))
  );
}
