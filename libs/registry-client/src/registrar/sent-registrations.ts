import type { RegistryAnswer, RegistryCalls } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { within } from '../registry/wait';
import { isInstance } from '../wire/instance-record';
import { isStrings } from '../wire/json-record';
import type { MembershipPlan } from './membership-plan';

/** What may be listed already when a membership begins, because a thread of this process that died had registered it. */
export interface PreviousListing {
  readonly mayBeListed: boolean;
  readonly epoch: number | undefined;
}

/** The outcome of one attempt to register. */
export type RegistrationVerdict =
  | {
      readonly kind: 'listed';
      readonly epoch: number;
      readonly url: string;
      readonly ttlSeconds: number;
      /** Faults that the registry reports, e.g. that it could not connect back. */
      readonly warnings: readonly string[];
    }
  /** Understood and refused: the same request would be refused again if sent soon. */
  | { readonly kind: 'refused'; readonly failure: RegistryFailure }
  /** No usable answer; the next attempt may well succeed. The registration may have been carried out. */
  | { readonly kind: 'unavailable'; readonly failure: RegistryFailure };

/**
 * The registrations that were sent, and what is known of their outcome. A registry may carry one out although its
 * answer comes too late to be waited for, or never: each of them has to be taken back when the registrar stops.
 */
export interface SentRegistrations {
  /** Sends one and waits for its answer as for that of any call; an answer that comes later is still recorded. */
  send(registryUrl: string, url: string): Promise<RegistrationVerdict>;
  /** Resolves when every answer has come or timed out. */
  settled(): Promise<void>;
  /** Registries that may list the instance, with the epoch of its latest incarnation there where it is known. */
  readonly incarnations: ReadonlyMap<string, number | undefined>;
  /** The epoch of the latest incarnation that is known; undefined before there is one. */
  readonly latestEpoch: number | undefined;
}

/**
 * How long the answer to a registration may take in all, in call time-outs. Lower: one that is carried out late is not
 * waited for at the end, and stays listed for a lease. Higher: a registry that hangs delays a shutdown.
 */
const PATIENCE = 3;

export function createSentRegistrations(
  { registration, registryUrls, requestTimeoutMs }: MembershipPlan,
  calls: RegistryCalls,
  previous: PreviousListing,
): SentRegistrations {
  const incarnations = new Map<string, number | undefined>(
    previous.mayBeListed ? registryUrls.map((registryUrl) => [registryUrl, previous.epoch]) : [],
  );
  const unanswered = new Set<Promise<unknown>>();

  async function outcomeOf(registryUrl: string, url: string): Promise<RegistrationVerdict> {
    const body = { ...registration, url };
    const timeoutMs = requestTimeoutMs * PATIENCE;
    const answer = await calls.post(registryUrl, '/register', body, { timeoutMs });
    const verdict = registrationVerdict(answer, registration.instance_id);
    if (verdict.kind === 'listed') {
      const { epoch } = verdict;
      incarnations.set(registryUrl, Math.max(epoch, incarnations.get(registryUrl) ?? epoch));
    }
    return verdict;
  }

  return {
    async send(registryUrl, url) {
      incarnations.set(registryUrl, incarnations.get(registryUrl));
      const outcome = outcomeOf(registryUrl, url);
      unanswered.add(outcome);
      void outcome.finally(() => unanswered.delete(outcome));
      const first = await within(requestTimeoutMs, outcome);
      if (first !== 'overdue') return first.value;
      const message = `the registry at ${registryUrl} did not answer within ${requestTimeoutMs} ms`;
      return { kind: 'unavailable', failure: { code: 'ETIMEDOUT', message } };
    },
    async settled() {
      await Promise.all(unanswered);
    },
    incarnations,
    get latestEpoch() {
      const known = [previous.epoch, ...incarnations.values()].filter((epoch) => epoch !== undefined);
      return known.length === 0 ? undefined : Math.max(...known);
    },
  };
}

function registrationVerdict(answer: RegistryAnswer, instanceId: string): RegistrationVerdict {
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
  const failure = failureOfAnswer(status, body, answer.retryAfterMs);
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unavailable', failure };
}

function warningsIn(body: object): readonly string[] {
  return 'warnings' in body && isStrings(body.warnings) ? body.warnings : [];
}
