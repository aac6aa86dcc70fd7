import type { EventsResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { expectAnswer } from '../expect-answer';
import { startLoad, type Failure } from '../load';
import { postProduct } from '../shop';
import { REGISTERED_SERVICE, startRegistrations } from './registrations';
import type { ReplicatedCluster } from './replicated-cluster';

/** What was promised and not kept while something went wrong. All of it is to be empty. */
export interface Verdict {
  readonly failedRequests: readonly Failure[];
  readonly failedRegistrations: readonly Failure[];
  /** `<instance id> at <replica>` of those that were confirmed and are not listed. */
  readonly lostRegistrations: readonly string[];
  /** Instances of running processes that are another incarnation than before, or none. */
  readonly replaced: readonly string[];
  /** Evictions that the registries tell of. */
  readonly evicted: readonly string[];
}

export const NOTHING_BROKEN: Verdict = {
  failedRequests: [],
  failedRegistrations: [],
  lostRegistrations: [],
  replaced: [],
  evicted: [],
};

/** Traffic and registrations that go on while something goes wrong, and the books about them. */
export interface AvailabilityLedger {
  /** Resolves once every load has had so many more outcomes. */
  more(count: number): Promise<void>;
  /** How often a registration was answered 503 with Retry-After so far. */
  readonly toldToWait: number;
  /**
   * Stops the traffic and judges it. Waits until both replicas list the same.
   *
   * @throws when they do not within two seconds
   */
  close(): Promise<Verdict>;
}

export interface LedgerOptions {
  /** How long a registration is tried before it counts as failed, milliseconds. */
  readonly registrationPatienceMs?: number;
}

const SERVICES = ['product', 'hello', 'gateway'];

/** 200 requests a second of GET and POST over both gateways, and five registrations a second over both replicas. */
export async function openLedger(
  { replicas, gatewayUrls, listedAt }: ReplicatedCluster,
  { registrationPatienceMs }: LedgerOptions = {},
): Promise<AvailabilityLedger> {
  const replicaUrls = replicas.map(({ url }) => url);
  const before = await incarnations();
  let turn = 0;
  const gateway = (): string => gatewayUrls[(turn += 1) % 2] ?? '';
  const loads = [
    startLoad(() => expectAnswer(`${gateway()}/products?limit=5`, 200), { perSecond: 80 }),
    startLoad(() => expectAnswer(`${gateway()}/hello`, 200), { perSecond: 80 }),
    startLoad(() => postProduct(gateway(), 'made while something went wrong'), { perSecond: 40 }),
  ];
  const registrations = startRegistrations(replicaUrls, {
    perSecond: 5,
    ...(registrationPatienceMs === undefined ? {} : { patienceMs: registrationPatienceMs }),
  });

  /** `<service> <id> <epoch>` of every process. */
  async function incarnations(): Promise<readonly string[]> {
    const [url = ''] = replicaUrls;
    const lists = await Promise.all(SERVICES.map((service) => listedAt(url, service)));
    return lists
      .flat()
      .map(({ service_name, instance_id, epoch }) => `${service_name} ${instance_id} ${epoch}`);
  }

  async function bothAgree(): Promise<void> {
    await eventually(
      async () => {
        const [first = [], second = []] = await Promise.all(replicaUrls.map(everythingAt));
        const onlyOne = [...without(first, second), ...without(second, first)];
        if (onlyOne.length > 0) throw new Error(`only one replica lists:\n${onlyOne.join('\n')}`);
        return true;
      },
      { timeoutMs: 2000, everyMs: 50 },
    );
  }

  async function everythingAt(url: string): Promise<readonly string[]> {
    const lists = await Promise.all([...SERVICES, REGISTERED_SERVICE].map((name) => listedAt(url, name)));
    return lists.flat().map(lineOf);
  }

  async function lost(): Promise<readonly string[]> {
    const missing = replicaUrls.map(async (url) => {
      const listed = new Map((await listedAt(url, REGISTERED_SERVICE)).map((one) => [one.instance_id, one]));
      const ids = [...registrations.confirmed].filter(([id, epoch]) => listed.get(id)?.epoch !== epoch);
      return ids.map(([id, epoch]) => `${id} of epoch ${epoch} at ${url}`);
    });
    return (await Promise.all(missing)).flat();
  }

  async function evicted(): Promise<readonly string[]> {
    const events = replicaUrls.map(async (url) => {
      const answer = await expectAnswer(`${url}/events?type=evicted&limit=1000`, 200);
      return (answer as EventsResponse).events.map((event) => JSON.stringify(event));
    });
    return [...new Set((await Promise.all(events)).flat())];
  }

  return {
    async more(count) {
      await Promise.all(loads.map((load) => load.more(count)));
    },
    get toldToWait() {
      return registrations.toldToWait;
    },
    async close() {
      const reports = await Promise.all(loads.map((load) => load.stop()));
      const { failures: failedRegistrations } = await registrations.stop();
      await bothAgree();
      const after = new Set(await incarnations());
      return {
        failedRequests: reports.flatMap(({ failures }) => failures),
        failedRegistrations,
        lostRegistrations: await lost(),
        replaced: before.filter((incarnation) => !after.has(incarnation)),
        evicted: await evicted(),
      };
    },
  };
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}

/** What two replicas have to agree on: all but who heard last of whom. */
function lineOf({ last_heartbeat: _known, ...record }: Instance): string {
  return JSON.stringify(Object.entries(record).sort());
}
