import type { Listing } from './enrolment';
import { FIRST_HEARTBEAT_SECONDS, heartbeatDelayMs } from './heartbeat-delay';
import { heartbeatVerdict, type HeartbeatVerdict } from './heartbeat-verdict';
import type { MembershipScope } from './membership-scope';

/** Sends heartbeats until the listing is lost (then it is time to enrol again) or the end comes. */
export async function keepBeating(scope: MembershipScope, listing: Listing): Promise<void> {
  const { plan, calls, turn, halted, beatAlarm, suspension } = scope;
  const heartbeat = { instance_id: plan.registration.instance_id, epoch: listing.epoch };
  const pulse = createPulse(scope, listing);

  while (!halted.aborted) {
    await beatAlarm.sleep(pulse.delayMs);
    await suspension.over(halted);
    if (halted.aborted) return;
    const registryUrl = turn.url;
    const answer = await calls.post(registryUrl, '/heartbeat', heartbeat);
    // The answer to a heartbeat sent before the end is of no interest after it.
    if (halted.aborted) return;
    if (pulse.take(heartbeatVerdict(answer), registryUrl) === 'lost') return;
  }
}

/** What the answers so far come to: when to send the next heartbeat, and what to report. */
interface Pulse {
  readonly delayMs: number;
  take(verdict: HeartbeatVerdict, registryUrl: string): 'kept' | 'lost';
}

function createPulse({ plan, turn, report, random }: MembershipScope, listing: Listing): Pulse {
  const { epoch } = listing;
  const instanceId = plan.registration.instance_id;
  let { registryUrl, ttlSeconds } = listing;
  let intervalSeconds = FIRST_HEARTBEAT_SECONDS;
  let delayMs = nextBeatMs();
  let missedHeartbeats = 0;
  let { warnings } = listing;
  let superseded = false;

  function nextBeatMs(): number {
    return heartbeatDelayMs(intervalSeconds, ttlSeconds, random);
  }

  function reportRegistered(): void {
    const { url } = listing;
    const listed = { phase: 'registered', registryUrl, instanceId, epoch, url } as const;
    report.state({ ...listed, missedHeartbeats, warnings });
  }

  function alive(answer: Extract<HeartbeatVerdict, { kind: 'alive' }>): void {
    turn.answered();
    missedHeartbeats = 0;
    superseded = false;
    ({ intervalSeconds, ttlSeconds } = answer);
    delayMs = nextBeatMs();
    const changed = JSON.stringify(warnings) !== JSON.stringify(answer.warnings);
    warnings = answer.warnings;
    reportRegistered();
    if (changed) report.event({ type: 'warned', registryUrl, warnings });
  }

  function missed(verdict: Extract<HeartbeatVerdict, { kind: 'refused' | 'unavailable' }>): void {
    const { failure } = verdict;
    missedHeartbeats += 1;
    const nextTurnMs = turn.failed();
    delayMs = verdict.kind === 'unavailable' ? nextTurnMs : nextBeatMs();
    if (!superseded) reportRegistered();
    report.event(
      verdict.kind === 'unavailable'
        ? { type: 'registry_unavailable', registryUrl, during: 'heartbeat', failure, retryInMs: delayMs }
        : { type: 'heartbeat_refused', registryUrl, failure, retryInMs: delayMs },
    );
  }

  function yielded(): void {
    turn.answered();
    delayMs = nextBeatMs();
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
          // Nobody else can have this id: the newer life is our own, entered by a call whose answer was lost, and
          // registering adopts it. With an id that was given, two processes would go on throwing each other out;
          // the older one waits, and its heartbeats tell it (404) when the newer one has gone.
          if (!plan.ownsId) {
            yielded();
            return 'kept';
          }
          break;
        case 'unknown':
          break;
      }
      turn.answered();
      report.event({ type: 'registration_lost', registryUrl, epoch });
      return 'lost';
    },
  };
}
