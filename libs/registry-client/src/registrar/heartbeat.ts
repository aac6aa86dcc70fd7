import type { HeartbeatResponse, REGISTRY_ERROR } from '@rollcall/contracts';
import type { RegistryAnswer } from '../registry/registry-calls';
import { badAnswer, failureOfAnswer, type RegistryFailure } from '../registry/registry-failure';
import { isDuration, isJsonRecord, isStrings } from '../wire/json-record';
import { FIRST_HEARTBEAT_SECONDS, heartbeatDelayMs } from './heartbeat-delay';
import type { MembershipScope } from './membership-scope';
import type { Listing } from './registration';

/**
 * Sends heartbeats until the registration is lost (register again then) or the registrar stops.
 *
 * @param onAlive told which registry has answered, each time
 */
export async function sendHeartbeats(
  scope: MembershipScope,
  listing: Listing,
  onAlive: (registryUrl: string) => void,
): Promise<void> {
  const { plan, calls, failover, halted, heartbeatTimer, pauseSwitch } = scope;
  const heartbeat = { instance_id: plan.registration.instance_id, epoch: listing.epoch };
  const progress = createHeartbeatProgress(scope, listing);

  while (!halted.aborted) {
    await heartbeatTimer.wait(progress.delayMs);
    await pauseSwitch.whenRunning(halted);
    if (halted.aborted) return;
    const registryUrl = failover.url;
    const timeoutMs = failover.answerLimitMs(plan.requestTimeoutMs);
    const answer = await calls.post(registryUrl, '/heartbeat', heartbeat, { timeoutMs });
    // The answer to a heartbeat does not matter once the registrar is stopping.
    if (halted.aborted) return;
    const verdict = heartbeatVerdict(answer);
    if (progress.take(verdict, registryUrl) === 'lost') return;
    if (verdict.kind === 'alive') onAlive(registryUrl);
  }
}

const REGISTRY_DETACHED: (typeof REGISTRY_ERROR)['registryDetached'] = 'REGISTRY_DETACHED';

/** The state of one registration by the answers so far: when to send the next heartbeat, and what to report. */
interface HeartbeatProgress {
  readonly delayMs: number;
  take(verdict: HeartbeatVerdict, registryUrl: string): 'kept' | 'lost';
}

function createHeartbeatProgress(
  { plan, failover, report, random }: MembershipScope,
  listing: Listing,
): HeartbeatProgress {
  const { epoch } = listing;
  const instanceId = plan.registration.instance_id;
  let { registryUrl, ttlSeconds } = listing;
  let intervalSeconds = FIRST_HEARTBEAT_SECONDS;
  let delayMs = nextHeartbeatMs();
  let missedHeartbeats = 0;
  let { warnings } = listing;
  let superseded = false;

  function nextHeartbeatMs(): number {
    return heartbeatDelayMs(intervalSeconds, ttlSeconds, random);
  }

  function reportRegistered(): void {
    const { url } = listing;
    const listed = { phase: 'registered', registryUrl, instanceId, epoch, url } as const;
    report.state({ ...listed, missedHeartbeats, warnings });
  }

  function alive(answer: Extract<HeartbeatVerdict, { kind: 'alive' }>): void {
    failover.answered();
    missedHeartbeats = 0;
    superseded = false;
    ({ intervalSeconds, ttlSeconds } = answer);
    delayMs = nextHeartbeatMs();
    const changed = JSON.stringify(warnings) !== JSON.stringify(answer.warnings);
    warnings = answer.warnings;
    reportRegistered();
    if (changed) report.event({ type: 'warned', registryUrl, warnings });
  }

  function missed(verdict: Extract<HeartbeatVerdict, { kind: 'refused' | 'unavailable' }>): void {
    const { failure } = verdict;
    missedHeartbeats += 1;
    const usualMs = nextHeartbeatMs();
    // Instances that have lost all registries at once come back in one wave: a registry that waits for its store is left
    // alone for as long as one that answers. The lease outlasts it, whatever a registry asks for.
    const holdMs =
      failure.code === REGISTRY_DETACHED ? usualMs : Math.min(failure.retryAfterMs ?? 0, usualMs);
    const failoverMs = failover.failed(performance.now(), holdMs);
    delayMs = verdict.kind === 'unavailable' ? failoverMs : usualMs;
    if (!superseded) reportRegistered();
    report.event(
      verdict.kind === 'unavailable'
        ? { type: 'registry_unavailable', registryUrl, during: 'heartbeat', failure, retryInMs: delayMs }
        : { type: 'heartbeat_refused', registryUrl, failure, retryInMs: delayMs },
    );
  }

  function pausedForNewer(): void {
    failover.answered();
    delayMs = nextHeartbeatMs();
    if (superseded) return;
    superseded = true;
    report.state({ phase: 'superseded', instanceId, epoch });
    report.event({ type: 'superseded', registryUrl, epoch });
  }

  return {
    get delayMs() {
      return delayMs;
    },
    take(verdict, from) {
      registryUrl = from;
      switch (verdict.kind) {
        case 'alive':
          alive(verdict);
          return 'kept';
        case 'refused':
        case 'unavailable':
          missed(verdict);
          return 'kept';
        case 'superseded':
          // No other process can have this id: the newer incarnation is our own, registered by a call whose answer was
          // lost, and registering adopts it. With an id that was given, two processes would go on replacing each
          // other: the older one waits, and a heartbeat is answered with 404 once the newer one has gone.
          if (!plan.ownsId) {
            pausedForNewer();
            return 'kept';
          }
          break;
        case 'unknown':
          break;
      }
      failover.answered();
      report.event({ type: 'registration_lost', registryUrl, epoch });
      return 'lost';
    },
  };
}

/** The outcome of one heartbeat. */
export type HeartbeatVerdict =
  | {
      readonly kind: 'alive';
      readonly intervalSeconds: number;
      readonly ttlSeconds: number;
      readonly warnings: readonly string[];
    }
  /** The registry does not know the instance: register again. */
  | { readonly kind: 'unknown' }
  /** A stale request: a newer incarnation of this instance is registered. */
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
      : { kind: 'unavailable', failure: badAnswer('the answer to a heartbeat') };
  if (status === 404) return { kind: 'unknown' };
  if (status === 409) return { kind: 'superseded' };
  const failure = failureOfAnswer(status, body, answer.retryAfterMs);
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
