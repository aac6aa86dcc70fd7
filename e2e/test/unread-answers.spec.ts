import { connect, type Socket } from 'node:net';
import type { DiscoverResponse, ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json, request } from '../src/expect-answer';

/** About 11 MiB of catalog. */
const INSTANCES = 2700;
const NOTES = Object.fromEntries(['a', 'b', 'c', 'd'].map((letter) => [letter, letter.repeat(950)]));
const PATHS = ['/services', '/watch?services=*', '/discover/big'];
/** Of each path. */
const CALLERS = 150;
/** Whole answers of one path would be 1.6 GiB. */
const HEAP_MIB = 384;

describe('a registry with little memory and a large catalog', () => {
  let registry: AppProcess;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    registry = startApp({
      app: 'registry',
      port: await freePort(),
      env: { DATA_DIR: 'off', REGISTRY_AUTH: 'off', LOG_LEVEL: 'error' },
      nodeArgs: [`--max-old-space-size=${HEAP_MIB}`],
    });
    await registry.ready();
    for (let from = 0; from < INSTANCES; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, n) => register('big', from + n)));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await registry.end('SIGKILL');
  });

  const register = (service: string, n: number) =>
    expectAnswer(
      `${registry.url}/register`,
      201,
      json('POST', {
        service_name: service,
        instance_id: `${service}-${n}`,
        url: `http://203.0.113.${n % 250}:${8000 + Math.floor(n / 250)}`,
        metadata: NOTES,
        ttl_seconds: 86_400,
      }),
    );

  /** Asks, and reads nothing of the answer. */
  function askAndSleep(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(registry.url).port), '127.0.0.1');
      sockets.push(socket);
      socket.pause();
      socket.once('error', reject);
      socket.once('connect', () => {
        // It is cut off in the end.
        socket.off('error', reject).on('error', () => undefined);
        socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, () => resolve());
      });
    });
  }

  async function metric(name: string): Promise<number> {
    const { text } = await request(`${registry.url}/metrics`);
    return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  it('lives through callers who do not read, serves others, and cuts those off and counts them', async () => {
    // At once: each kind is cut off only after 30 s.
    await Promise.all(PATHS.flatMap((path) => Array.from({ length: CALLERS }, () => askAndSleep(path))));
    await eventually(async () => (await metric('rollcall_registry_unread_bytes')) > 0);

    await expectAnswer(`${registry.url}/heartbeat`, 200, json('POST', { instance_id: 'big-0' }));
    await register('small', 1);
    // The registry's answers are checked against their schema in its own specs.
    const services = (await expectAnswer(`${registry.url}/services`, 200)) as ServicesResponse;
    expect(services.services['big']).toHaveLength(INSTANCES);
    const found = (await expectAnswer(`${registry.url}/discover/big`, 200)) as DiscoverResponse;
    expect(found.instances).toHaveLength(INSTANCES);

    // All of every kind; none of them read a whole answer.
    const cut = PATHS.length * CALLERS;
    await eventually(async () => (await metric('rollcall_registry_unread_cut_total')) === cut, {
      timeoutMs: 90_000,
      everyMs: 500,
    });
    await eventually(async () => (await metric('rollcall_registry_unread_bytes')) === 0);
    expect(registry.isRunning()).toBe(true);
  });
});
