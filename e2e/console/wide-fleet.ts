import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expectAnswer, json } from '../src/expect-answer';
import { startLoad } from '../src/load';

/** Many services of ten instances, each at an address of its own, all of them answered by this process. */
export interface WideFleet {
  readonly instances: readonly WideInstance[];
  stop(): void;
}

export interface WideInstance {
  readonly service: string;
  readonly id: string;
}

const INSTANCES = 10;
const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'];
/** Longer than any run: they send no heartbeats. */
const TTL_SECONDS = 86_400;
const REGISTERED_AT_ONCE = 16;
/** An instance is out of service for as long as this many others are changed. */
const CHANGED_BETWEEN = 50;

export async function startWideFleet(registryUrl: string, services: number): Promise<WideFleet> {
  const server = createServer((_request, response) => response.end('{}'));
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const instances: WideInstance[] = [];
  const left = Array.from({ length: services * INSTANCES }, (_, number) => number).values();
  const register = async () => {
    for (const number of left) {
      const service = `service-${String(Math.floor(number / INSTANCES)).padStart(4, '0')}`;
      const id = `${service}-${number % INSTANCES}`;
      const registration = {
        instance_id: id,
        service_name: service,
        // Every address of 127.0.0.0/8 is this machine.
        url: `http://127.1.${Math.floor(number / 250)}.${(number % 250) + 1}:${port}`,
        zone: ZONES[number % ZONES.length],
        version: '1.4.2',
        routes: [{ path_prefix: `/${service}` }],
        ttl_seconds: TTL_SECONDS,
      };
      await expectAnswer(`${registryUrl}/register`, 201, json('POST', registration));
      instances.push({ service, id });
    }
  };
  await Promise.all(Array.from({ length: REGISTERED_AT_ONCE }, register));
  return {
    instances,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Changes {
  /** Resolves with how many there were in a second. */
  stop(): Promise<number>;
}

/** Takes one instance after another out of service, and puts it back a little later. */
export function startChanges(
  registryUrl: string,
  instances: readonly WideInstance[],
  perSecond: number,
): Changes {
  const out: WideInstance[] = [];
  // From service to service, and not ten times the same.
  const order = [...instances].sort((one, other) => one.id.at(-1)?.localeCompare(other.id.at(-1) ?? '') ?? 0);
  let next = 0;
  const load = startLoad(
    () => {
      const back = out.length > Math.min(CHANGED_BETWEEN, instances.length / 2) ? out.shift() : undefined;
      if (back !== undefined) return expectAnswer(overrideOf(back), 200, json('DELETE', {}));
      const taken = order[next++ % order.length];
      if (taken === undefined) throw new Error('there is no instance to change');
      out.push(taken);
      const override = { status: 'out_of_service', reason: 'bench' };
      return expectAnswer(overrideOf(taken), 200, json('PUT', override));
    },
    { perSecond },
  );

  function overrideOf({ service, id }: WideInstance): string {
    return `${registryUrl}/instances/${id}/override?service=${service}`;
  }

  return {
    async stop() {
      const { failures, perSecond: made } = await load.stop();
      if (failures[0] !== undefined)
        throw new Error(`${failures.length} changes failed: ${failures[0].reason}`);
      return made;
    },
  };
}
