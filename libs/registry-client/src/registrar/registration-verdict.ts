import type { RegistryAnswer } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { isInstance } from '../wire/instance-record';
import { isStrings } from '../wire/json-record';

/** What an attempt to register came to. */
export type RegistrationVerdict =
  | {
      readonly kind: 'listed';
      readonly epoch: number;
      readonly url: string;
      readonly ttlSeconds: number;
      /** What the registry wants mended. */
      readonly warnings: readonly string[];
    }
  /** Understood and turned down; the same again is of no use soon. */
  | {
      readonly kind: 'refused';
      readonly failure: RegistryFailure;
      readonly retryAfterMs: number | undefined;
    }
  /** No usable answer; the next attempt may well succeed. The registration may have been carried out. */
  | { readonly kind: 'unavailable'; readonly failure: RegistryFailure };

export function registrationVerdict(answer: RegistryAnswer, instanceId: string): RegistrationVerdict {
  if (!answer.answered) return { kind: 'unavailable', failure: answer.failure };
  const { status, body } = answer;
  if (status === 200 || status === 201)
    return isInstance(body) && body.instance_id === instanceId
      ? {
          kind: 'listed',
          epoch: body.epoch,
          url: body.url,
          ttlSeconds: body.ttl_seconds,
          warnings: warningsIn(body),
        }
      : { kind: 'unavailable', failure: badAnswer('the registered instance') };
  const failure = failureOfAnswer(status, body);
  return status >= 400 && status < 500
    ? { kind: 'refused', failure, retryAfterMs: answer.retryAfterMs }
    : { kind: 'unavailable', failure };
}

function warningsIn(body: object): readonly string[] {
  return 'warnings' in body && isStrings(body.warnings) ? body.warnings : [];
}
