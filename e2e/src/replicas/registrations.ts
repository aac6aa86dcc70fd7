import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { timeScale } from '@rollcall/testing';
import type { Instance } from '@rollcall/contracts';
import { json, request } from '../expect-answer';
import { startLoad, type Load } from '../load';

/** Registrations of one service at a steady pace, at one replica after another as a client does it. */
export interface Registrations extends Load {
  /** Those that a replica has confirmed, by instance id with their epoch. */
  readonly confirmed: ReadonlyMap<string, number>;
  /** How often one was answered 503 with Retry-After. */
  readonly toldToWait: number;
}

export const REGISTERED_SERVICE = 'ledger';

/** A client would go on trying; this one gives up, so that a spec ends. */
const PATIENCE_MS = 15_000;
const ANSWER_MS = 2000;

/** Used so far: the next registrations have addresses of their own. */
let addresses = 0;

/** @param options.patienceMs how long one is tried before it counts as failed */
export function startRegistrations(
  replicaUrls: readonly string[],
  options: { readonly perSecond: number; readonly patienceMs?: number },
): Registrations {
  const { perSecond, patienceMs = PATIENCE_MS } = options;
  const confirmed = new Map<string, number>();
  let toldToWait = 0;

  async function registerOne(): Promise<void> {
    const index = addresses;
    addresses += 1;
    const registration = {
      service_name: REGISTERED_SERVICE,
      instance_id: randomUUID(),
      url: addressOf(index),
      // Nobody beats for it: it is to be lost by no other cause than a fault.
      ttl_seconds: 3600,
    };
    const givesUpAt = performance.now() + patienceMs * timeScale;
    let last = 'was not tried';
    for (let attempt = 0; performance.now() < givesUpAt; attempt += 1) {
      const url = replicaUrls[(index + attempt) % replicaUrls.length] ?? '';
      const outcome = await attemptAt(url, registration);
      if (typeof outcome === 'number') return void confirmed.set(registration.instance_id, outcome);
      last = outcome;
      await wait(50);
    }
    throw new Error(`the last attempt to register ${registration.url}: ${last}`);
  }

  /** @returns the epoch, or what came instead */
  async function attemptAt(url: string, registration: object): Promise<number | string> {
    const init = { ...json('POST', registration), signal: AbortSignal.timeout(ANSWER_MS) };
    const answer = await request(`${url}/register`, init).catch((error: unknown) => String(error));
    if (typeof answer === 'string') return answer;
    if (answer.status < 300) return (answer.json() as Instance).epoch;
    if (answer.status < 500) throw new Error(`${url}/register answered ${answer.status}: ${answer.text}`);
    if (answer.headers.has('retry-after')) toldToWait += 1;
    return `${answer.status}: ${answer.text}`;
  }

  const load = startLoad(registerOne, { perSecond });
  return {
    ...load,
    confirmed,
    get toldToWait() {
      return toldToWait;
    },
  };
}

/** Loopback addresses with nobody at them, so that no probe meets a program. */
function addressOf(index: number): string {
  return `http://127.77.${Math.floor(index / 250)}.${1 + (index % 250)}:9`;
}
