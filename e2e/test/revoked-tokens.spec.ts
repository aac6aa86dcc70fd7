import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json } from '../src/expect-answer';

const READER = { name: 'reader', token: 'reader-token-of-an-e2e', scopes: ['read'] };
const TEAM = { name: 'team', token: 'team-token-of-an-e2e', scopes: ['write:product'] };
const OTHER = { name: 'other', token: 'other-token-of-an-e2e', scopes: ['read', 'write:order'] };
type Token = typeof READER;

describe('tokens that are taken out of the file of a registry that runs', () => {
  let folder: string;
  let file: string;
  let registry: AppProcess;
  const cut = new AbortController();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    file = join(folder, 'tokens.json');
    await permit(READER, TEAM, OTHER);
    const env = { DATA_DIR: 'off', REGISTRY_TOKENS_FILE: file };
    registry = startApp({ app: 'registry', port: await freePort(), env });
    await registry.ready();
  });
  afterAll(async () => {
    cut.abort();
    await registry.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const permit = (...tokens: readonly Token[]) => writeFile(file, JSON.stringify({ tokens }));

  function as({ token }: Token, init: RequestInit = {}): RequestInit {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return { signal: cut.signal, ...init, headers };
  }

  const listed = (status: string) =>
    expectAnswer(`${registry.url}/discover/product?status=${status}`, 200, as(OTHER));

  /** A stream that stands: what it has said so far, and whether it has ended. */
  async function open(path: string, init: RequestInit): Promise<{ text: string; ended: boolean }> {
    const response = await fetch(registry.url + path, init);
    expect(response.status).toBe(200);
    const stream = { text: '', ended: false };
    const read = async () => {
      const decoder = new TextDecoder();
      if (response.body !== null)
        for await (const chunk of response.body) stream.text += decoder.decode(chunk as Uint8Array);
    };
    // It is cut at the end of the spec, where it still stands.
    void read().then(
      () => (stream.ended = true),
      () => undefined,
    );
    return stream;
  }

  it('lose all that they have opened; what others have opened stands', async () => {
    const product = { service_name: 'product', instance_id: 'p-1', url: 'http://203.0.113.7:8081' };
    const register = (token: Token, body: object) =>
      expectAnswer(`${registry.url}/register`, 201, as(token, json('POST', body)));
    await register(TEAM, product);

    const watching = { services: ['product', 'order'], subscriber: randomUUID() };
    const kept = await open('/watch', as(OTHER, json('POST', watching)));
    const streams = [
      await open('/watch?services=*', as(READER)),
      await open('/watch', as(READER, json('POST', { ...watching, subscriber: randomUUID() }))),
    ];
    const session = await open('/instances/p-1/session?epoch=1', as(TEAM));
    await eventually(() => [kept, ...streams].every(({ text }) => text.includes('event: synced')));
    await eventually(() => session.text.includes('event: opened'));

    // It waits for those who watch, who do not acknowledge.
    const drain = fetch(`${registry.url}/instances/p-1/drain?wait_ms=60000`, as(TEAM, json('POST', {})));
    await eventually(() => kept.text.includes('"draining"'));
    const { revision } = (await listed('any')) as { revision: number };
    const discovery = fetch(`${registry.url}/discover/product?index=${revision}&wait=10m`, as(READER));

    await permit(OTHER);
    expect((await discovery).status).toBe(401);
    expect((await drain).status).toBe(401);
    await eventually(() => [...streams, session].every(({ ended }) => ended), { timeoutMs: 30_000 });
    expect(session.text).toContain('"unauthorized"');

    expect(await listed('any')).toMatchObject({ instances: [{ status: 'draining' }] });
    await register(OTHER, { service_name: 'order', url: 'http://203.0.113.8:8082', instance_id: 'o-1' });
    await eventually(() => kept.text.includes('"o-1"'));
    expect(kept.ended).toBe(false);
  });
});
