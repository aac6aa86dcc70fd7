import { pause } from '../registry/pause';
import type { RegistryCalls } from '../registry/registry-calls';
import type { MembershipPlan } from './membership-plan';
import { registrationVerdict, type RegistrationVerdict } from './registration-verdict';

/** What may be on a list already when a membership begins, because another one began before it in this process. */
export interface FormerListing {
  readonly mayBeListed: boolean;
  readonly epoch: number | undefined;
}

/**
 * The registrations that were sent, and what is known of their outcome. A registry may carry one out although its
 * answer comes too late to be waited for, or never: what was sent has to be taken back in the end.
 */
export interface Registrations {
  /** Sends one and waits for its answer as for that of any call; one that comes later than that is still noted. */
  send(registryUrl: string, url: string): Promise<RegistrationVerdict>;
  /** Resolves when no answer is to come any more. */
  settled(): Promise<void>;
  /** Registries that may list the instance, with the epoch of its latest life there where it was told. */
  readonly lives: ReadonlyMap<string, number | undefined>;
}

/**
 * How long the answer to a registration may take in all, in limits of a call. Lower: one that is carried out late is not
 * waited for at the end, and stays on the list for a lease. Higher: a registry that hangs delays a shutdown.
 */
const PATIENCE = 3;

export function createRegistrations(
  plan: MembershipPlan,
  calls: RegistryCalls,
  formerly: FormerListing,
): Registrations {
  const { registration, requestTimeoutMs } = plan;
  const lives = new Map<string, number | undefined>(
    formerly.mayBeListed ? plan.registryUrls.map((registryUrl) => [registryUrl, formerly.epoch]) : [],
  );
  const open = new Set<Promise<unknown>>();

  async function outcomeOf(registryUrl: string, url: string): Promise<RegistrationVerdict> {
    const body = { ...registration, url };
    const timeoutMs = requestTimeoutMs * PATIENCE;
    const answer = await calls.post(registryUrl, '/register', body, { timeoutMs });
    const verdict = registrationVerdict(answer, registration.instance_id);
    if (verdict.kind === 'listed')
      lives.set(registryUrl, Math.max(verdict.epoch, lives.get(registryUrl) ?? verdict.epoch));
    return verdict;
  }

  return {
    async send(registryUrl, url) {
      lives.set(registryUrl, lives.get(registryUrl));
      const outcome = outcomeOf(registryUrl, url);
      open.add(outcome);
      const answered = new AbortController();
      void outcome.finally(() => {
        open.delete(outcome);
        answered.abort();
      });
      const message = `no answer within ${requestTimeoutMs} ms`;
      const overdue = { kind: 'unavailable', failure: { code: 'ETIMEDOUT', message } } as const;
      return Promise.race([
        outcome,
        pause(requestTimeoutMs, { signal: answered.signal }).then(() =>
          answered.signal.aborted ? outcome : overdue,
        ),
      ]);
    },
    async settled() {
      await Promise.all(open);
    },
    lives,
  };
}
