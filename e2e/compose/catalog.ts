import type { DiscoverResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { expectAnswer } from '../src/expect-answer';

/** A lease: however an instance ended, it is gone from the catalog by then. */
const LEASE_MS = 30_000;

/** What the registry says of a service. */
export async function discover(
  registryUrl: string,
  service: string,
  init: RequestInit = {},
): Promise<readonly Instance[]> {
  const { instances } = (await expectAnswer(
    `${registryUrl}/discover/${service}`,
    200,
    init,
  )) as DiscoverResponse;
  return instances;
}

/** Waits until the registry lists this many instances of a service. */
export async function listed(
  registryUrl: string,
  service: string,
  count: number,
  init: RequestInit = {},
): Promise<readonly Instance[]> {
  return await eventually(
    async () => {
      const instances = await discover(registryUrl, service, init);
      if (instances.length === count) return instances;
      throw new Error(`${instances.length} of ${service} are listed, not ${count}`);
    },
    { timeoutMs: LEASE_MS, everyMs: 200 },
  );
}
