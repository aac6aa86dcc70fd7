import type { DrainResponse, DrainSubscriber, Instance } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';
import type { Session } from './session';

/** How long one answer is waited for, milliseconds: what comes in between is told as it comes. */
const LOOK_AGAIN_MS = 250;

/**
 * Begins to drain an instance, and follows it until every caller has let go or `waitMs` are over; what comes in
 * meanwhile is told on standard error.
 *
 * @returns how far it has come in the end
 */
export async function followDrain(
  session: Pick<Session, 'registry' | 'gateway' | 'out' | 'signal'>,
  instance: Instance,
  waitMs: number,
): Promise<DrainResponse> {
  const { out, signal } = session;
  const name = nameOf(instance);
  const beganAt = performance.now();
  const told = new Set<string>();
  let inFlight: number | undefined;
  let latest = await drainOnce(session, instance, 0);
  for (;;) {
    for (const { subscriber, acked, ...caller } of latest.subscribers)
      if (acked && !told.has(subscriber)) {
        told.add(subscriber);
        out.hint(`${name}: ● ${callerOf({ subscriber, ...caller })} has let go`);
      }
    const leftMs = waitMs - (performance.now() - beganAt);
    if (waitMs > 0) inFlight = await tellInFlight(session, instance, inFlight);
    if (latest.complete || leftMs <= 0 || signal.aborted) return latest;
    const next = await drainOnce(session, instance, Math.ceil(Math.min(leftMs, LOOK_AGAIN_MS)));
    // It has left the list: nobody is sent there any more.
    if (next === 'gone') return { ...latest, complete: true };
    latest = next;
  }
}

async function drainOnce(
  session: Pick<Session, 'registry' | 'signal'>,
  instance: Instance,
  waitMs: 0,
): Promise<DrainResponse>;
async function drainOnce(
  session: Pick<Session, 'registry' | 'signal'>,
  instance: Instance,
  waitMs: number,
): Promise<DrainResponse | 'gone'>;
async function drainOnce(
  { registry, signal }: Pick<Session, 'registry' | 'signal'>,
  { instance_id, epoch }: Instance,
  waitMs: number,
): Promise<DrainResponse | 'gone'> {
  try {
    return await registry.calls.json<DrainResponse>(
      {
        method: 'POST',
        path: `/instances/${encodeURIComponent(instance_id)}/drain`,
        query: { wait_ms: waitMs },
        body: { epoch },
        signal,
      },
      ['acked', 'missing', 'complete', 'subscribers'],
    );
  } catch (error) {
    if (waitMs > 0 && error instanceof CliFault && error.exitCode === EXIT.notFound) return 'gone';
    throw error;
  }
}

/** What is still under way, as far as a gateway can be asked. @returns the number told, if any */
async function tellInFlight(
  { gateway, out }: Pick<Session, 'gateway' | 'out'>,
  instance: Instance,
  before: number | undefined,
): Promise<number | undefined> {
  const upstreams = await gateway.upstreams().catch(() => undefined);
  const upstream = upstreams?.upstreams.find(
    ({ service, instance_id }) => service === instance.service_name && instance_id === instance.instance_id,
  );
  if (upstream === undefined || upstream.in_flight === before) return before;
  out.hint(`${nameOf(instance)}: ${upstream.in_flight} requests in flight at the gateway`);
  return upstream.in_flight;
}

export function callersOf(subscribers: readonly DrainSubscriber[]): readonly string[] {
  return subscribers.map(callerOf);
}

/** A caller by the best name that is known of it. */
function callerOf({
  subscriber,
  instance_id,
  service_name,
  actor,
}: Omit<DrainSubscriber, 'acked' | 'connected'>): string {
  if (instance_id !== null) return service_name === null ? instance_id : `${service_name}/${instance_id}`;
  return `${actor === 'anonymous' ? 'a subscriber' : actor} (${subscriber.slice(0, 8)})`;
}
