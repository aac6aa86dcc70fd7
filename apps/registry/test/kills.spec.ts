import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { Instance, ServicesResponse } from '@rollcall/contracts';
import { eventually, timeScale } from '@rollcall/testing';
import { temporaryFolders } from './doubles/temporary-folders';
import { registryProcesses, type RegistryProcess } from './registry-process';

const temporary = temporaryFolders();
const startRegistryProcess = registryProcesses();

const ROUNDS = 6;
const CALLERS = 32;
const INSTANCES_A_CALLER = 4;
/** Registrations as large as may be, so that snapshots are being written when the process is killed. */
const METADATA = Object.fromEntries(
  Array.from({ length: 4 }, (_, index) => [`key-${index}`, 'x'.repeat(1000)]),
);

/** What a registry may say of one instance: `undefined` is that it is not listed; else the epoch of its life. */
type Fact = { readonly listed: false } | { readonly listed: true; readonly version: string; epoch?: number };

/** What was acknowledged last, and what was asked for after that and not answered. */
interface Knowledge {
  acknowledged: Fact;
  asked: Fact | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls over sockets that are used again, as instances do; rejects when the process dies on the way. */
function post(agent: Agent, url: string, body: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) }),
        );
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

describe('a registry that is killed again and again while instances come and go', () => {
  let registry: RegistryProcess;
  let dataDir: string;
  const known = new Map<string, Knowledge>();
  let acknowledged = 0;
  let versions = 0;

  beforeAll(async () => {
    dataDir = await temporary();
  });

  /** Comes and goes until the registry does not answer any more. */
  async function comeAndGo(caller: number, agent: Agent): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      const url = `http://10.0.${caller}.${turn % INSTANCES_A_CALLER}:8080`;
      const knowledge = known.get(url) ?? { acknowledged: { listed: false }, asked: undefined };
      known.set(url, knowledge);
      // Twice as often in as out, so that lives follow on one another at the same address, too.
      const leaves = knowledge.acknowledged.listed && turn % 3 === 0;
      const asked: Fact = leaves ? { listed: false } : { listed: true, version: String((versions += 1)) };
      knowledge.asked = asked;
      let answer: Answer;
      try {
        answer = leaves
          ? await post(agent, `${registry.url}/deregister`, { service_name: 'product', url })
          : await post(agent, `${registry.url}/register`, {
              service_name: 'product',
              url,
              version: asked.listed ? asked.version : '',
              metadata: METADATA,
              ttl_seconds: 86_400,
            });
      } catch {
        return;
      }
      expect(answer.status).toBe(leaves ? 204 : 201);
      if (asked.listed) asked.epoch = (answer.body as Instance).epoch;
      knowledge.acknowledged = asked;
      knowledge.asked = undefined;
      acknowledged += 1;
    }
  }

  async function catalog(): Promise<ServicesResponse & { byUrl: Map<string, Instance> }> {
    const response = (await (await fetch(`${registry.url}/services`)).json()) as ServicesResponse;
    const instances = response.services['product'] ?? [];
    return { ...response, byUrl: new Map(instances.map((instance) => [instance.url, instance])) };
  }

  function agrees(fact: Fact, instance: Instance | undefined): boolean {
    if (!fact.listed) return instance === undefined;
    return instance?.version === fact.version && (fact.epoch === undefined || instance.epoch === fact.epoch);
  }

  it(
    'lists everybody whose registration it acknowledged, and nobody whose leaving it acknowledged',
    async () => {
      const catalogIds = new Set<string>();
      const revisions: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        registry = await startRegistryProcess({ DATA_DIR: dataDir });
        const found = await catalog();
        catalogIds.add(found.catalog_id);
        revisions.push(found.revision);
        for (const [url, knowledge] of known) {
          const instance = found.byUrl.get(url);
          const isAsAcknowledged = agrees(knowledge.acknowledged, instance);
          const isAsAsked = knowledge.asked !== undefined && agrees(knowledge.asked, instance);
          expect({
            url,
            knowledge,
            epoch: instance?.epoch,
            holds: isAsAcknowledged || isAsAsked,
          }).toMatchObject({
            holds: true,
          });
          knowledge.acknowledged =
            isAsAcknowledged || knowledge.asked === undefined ? knowledge.acknowledged : knowledge.asked;
          knowledge.asked = undefined;
        }

        const agent = new Agent({ keepAlive: true });
        const before = acknowledged;
        const callers = Array.from({ length: CALLERS }, (_, caller) => comeAndGo(caller, agent));
        // Later in each round, and in the middle of whatever is going on then.
        await eventually(() => acknowledged - before > 400 + round * 130, { timeoutMs: 60_000, everyMs: 1 });
        await registry.end('SIGKILL');
        await Promise.all(callers);
        agent.destroy();
      }
      registry = await startRegistryProcess({ DATA_DIR: dataDir });
      expect(catalogIds.size).toBe(1);
      expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
      expect(registry.output()).not.toContain('catalog_damaged');
    },
    300_000 * timeScale,
  );

  it('has written snapshots meanwhile, and left nothing lying about', async () => {
    const names = await readdir(join(dataDir, 'registry'));
    expect(names.some((name) => /^snapshot-\d+$/.test(name))).toBe(true);
    expect(names.filter((name) => name.startsWith('in-use'))).toHaveLength(1);
  });

  it(
    'does not start a second time on the same folder, and says why',
    async () => {
      await expect(startRegistryProcess({ DATA_DIR: dataDir })).rejects.toThrow(
        /Another registry \(process \d+\) keeps its catalog in .*DATA_DIR/,
      );
      expect((await fetch(`${registry.url}/livez`)).status).toBe(200);
    },
    120_000 * timeScale,
  );

  it(
    'starts again after it was stopped in order, with the same catalog',
    async () => {
      const before = await catalog();
      expect(await registry.end('SIGTERM')).toBe(0);
      registry = await startRegistryProcess({ DATA_DIR: dataDir });
      const after = await catalog();
      const epochs = ({ byUrl }: typeof after) => Array.from(byUrl, ([url, { epoch }]) => `${url} ${epoch}`);
      expect(epochs(after)).toEqual(epochs(before));
      expect(after.byUrl.size).toBeGreaterThan(CALLERS);
    },
    120_000 * timeScale,
  );
});
