import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import fc from 'fast-check';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { expectAnswer } from '../../src/expect-answer';
import { collectOnSignal, footprintOf } from '../../src/footprint';
import { createCallSender, type CallSender } from '../../src/fuzz/call-sender';
import { fuzzedCall, type FuzzedCall } from '../../src/fuzz/fuzzed-call';
import { registryOperations } from '../../src/fuzz/registry-operations';

const AT_ONCE = 25;
const WARM_UP_CALLS = 2500;
const CALLS = 10_000;
const MiB = 1024 * 1024;

describe('a registry that is sent whatever there is', () => {
  let dataDir: string;
  let port: number;
  let registry: AppProcess;
  let sender: CallSender;
  const outcomes = new Map<string, number>();

  const start = async (): Promise<AppProcess> => {
    const env = { DATA_DIR: dataDir, REGISTRY_AUTH: 'off', LOG_LEVEL: 'error', MAX_INSTANCES: '200' };
    const started = startApp({ app: 'registry', port, env, nodeArgs: ['-r', collectOnSignal] });
    await started.ready();
    return started;
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-fuzz-'));
    port = await freePort();
    registry = await start();
    sender = createCallSender(registry.url);
  });

  afterAll(async () => {
    sender.close();
    await registry.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function answersWell(call: FuzzedCall): Promise<void> {
    const outcome = await sender.send(call);
    const what = outcome.kind === 'answered' ? String(outcome.status) : outcome.kind;
    outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    if (outcome.kind !== 'answered') return;
    const tells = (code: string) => outcome.text.includes(code) || call.method === 'HEAD';
    // Of a registry that has not run for a lease yet, the list of targets alone is 503.
    if (outcome.status === 503 && tells('REGISTRY_WARMING')) expect(call.target).toContain('/sd/prometheus');
    // Who opens a stream of questions here answers none.
    else if (outcome.status === 504 && tells('GATEWAY_SILENT')) expect(call.target).toContain('/gateways/');
    else expect(outcome.status).toBeLessThan(500);
    if (outcome.status >= 400 && call.method !== 'HEAD' && outcome.text !== '')
      expect(outcome.contentType).toContain('application/problem+json');
  }

  const fuzz = (calls: number): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.array(fuzzedCall, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (atOnce) => {
        await Promise.all(atOnce.map(answersWell));
        expect(registry.isRunning()).toBe(true);
      }),
      // One failure is enough to look at; making it smaller would send thousands more.
      { numRuns: calls / AT_ONCE, endOnFailure: true },
    );

  const catalog = async () => (await expectAnswer(`${registry.url}/services`, 200)) as ServicesResponse;

  test('is sent every call that its document has', async () => {
    const document = (await expectAnswer(`${registry.url}/openapi.json`, 200)) as {
      readonly paths: Readonly<Record<string, object>>;
    };
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(registryOperations.map(({ method, template }) => `${method} ${template}`).sort()).toEqual(
      described.sort(),
    );
  });

  test('answers 10,000 calls without a fault of its own, and holds on to nothing of them', async () => {
    await fuzz(WARM_UP_CALLS);
    const before = await footprintOf(registry);
    const { revision } = await catalog();
    await fuzz(CALLS);
    const changes = (await catalog()).revision - revision;

    // It got everywhere: what was right did something, and what was wrong was refused in every way there is.
    expect(changes).toBeGreaterThan(CALLS / 100);
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['200', '201', '204', '400', '403', '404', '405', '409', '413', '415']),
    );
    expect(outcomes.get('cut') ?? 0).toBeLessThan(CALLS / 20);
    // What callers have left is let go of a moment after them.
    await eventually(async () => {
      const after = await footprintOf(registry);
      // A change is remembered, and the memory of changes is bounded; a call that changed nothing is not.
      expect(after.heapBytes - before.heapBytes).toBeLessThan(4 * MiB + changes * 4096);
      // With what the allocator keeps for itself: it is 13 KiB a call.
      expect(after.residentBytes - before.residentBytes).toBeLessThan(128 * MiB);
      expect(after.handles).toBeLessThanOrEqual(before.handles + 8);
      return true;
    });
  });

  test('has broken nothing that it wrote: the next one finds the same catalog', async () => {
    const listed = (await catalog()).services;
    // Those whose lease could end at just this moment are left out.
    const lasting = (services: ServicesResponse['services']) =>
      Object.values(services).flatMap((instances) =>
        instances
          .filter(({ ttl_seconds }) => ttl_seconds === 0 || ttl_seconds > 3600)
          .map(({ instance_id, epoch, version, metadata }) => ({ instance_id, epoch, version, metadata })),
      );
    expect(lasting(listed).length).toBeGreaterThan(5);
    await registry.end('SIGKILL');

    registry = await start();

    expect(lasting((await catalog()).services)).toEqual(lasting(listed));
    expect(registry.output()).not.toContain('catalog_damaged');
  });
});
