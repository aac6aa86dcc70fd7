import type { MemberStatus } from '@rollcall/etcd-client';
import type { Clock } from '../../ports/clock';
import type { EtcdEvent } from './etcd-event';
import type { EtcdFeed } from './etcd-feed';
import type { EtcdKeys } from './etcd-keys';
import type { EtcdLink } from './etcd-link';

/** What is done from time to time: etcd is asked how it is, what the watch told is checked, what nobody needs is deleted. */
export interface EtcdUpkeep {
  /** Of the member in use, a minute ago at most; `undefined` until it has answered. */
  readonly member: MemberStatus | undefined;
  start(): void;
  stop(): void;
}

export interface EtcdUpkeepOptions {
  readonly link: EtcdLink;
  readonly keys: EtcdKeys;
  readonly clock: Clock;
  readonly feed: EtcdFeed;
  readonly onEvent: (event: EtcdEvent) => void;
}

const STATUS_EVERY_MS = 60_000;
const COMPARE_EVERY_MS = 3_600_000;
/** Callers choose the names of services, and each leaves a key: so many of services that are gone are kept. */
const MAX_VACANT_SERVICES = 1000;
/** Operations in one transaction. */
const BATCH = 100;

export function createEtcdUpkeep({ link, keys, clock, feed, onEvent }: EtcdUpkeepOptions): EtcdUpkeep {
  const cancels = new Map<() => Promise<void>, () => void>();
  let member: MemberStatus | undefined;

  function repeat(task: () => Promise<void>, everyMs: number, firstMs = everyMs): void {
    const run = (): void => {
      // What fails is done the next time; that etcd cannot be reached is told elsewhere.
      void task()
        .catch(() => undefined)
        .then(() => {
          if (cancels.has(task)) repeat(task, everyMs);
        });
    };
    cancels.set(task, clock.after(firstMs, run));
  }

  async function askStatus(): Promise<void> {
    const before = member?.alarms ?? [];
    member = await link.client.status();
    const { alarms } = member;
    if (String(alarms) !== String(before)) onEvent({ type: 'alarms', alarms });
  }

  async function compare(): Promise<void> {
    await feed.compare();
    await forgetVacant();
  }

  /** One that has changed meanwhile stays. The other replicas do the same. */
  async function forgetVacant(): Promise<void> {
    const vacant = feed.view.vacant();
    const excess = vacant.slice(0, Math.max(0, vacant.length - MAX_VACANT_SERVICES)).map(keys.service);
    while (excess.length > 0) {
      const batch = excess.splice(0, BATCH);
      const compared = batch.map((key) => ({ key, modRevision: feed.view.modRevisionOf(key) }));
      await link.client.txn({ compare: compared, success: batch.map((key) => ({ delete: { key } })) });
    }
  }

  return {
    get member() {
      return member;
    },
    start() {
      repeat(askStatus, STATUS_EVERY_MS, 0);
      repeat(compare, COMPARE_EVERY_MS);
    },
    stop() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
