import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

const READER = 'reader-token-of-a-spec';
const TEAM = 'product-token-of-a-spec';
const OTHER = 'other-token-of-a-spec';
const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };

let folder: string;
let path: string;
let registry: RunningRegistry;

interface Scopes {
  readonly reader?: readonly string[];
  readonly team?: readonly string[];
}

const write = ({ reader = ['read'], team = ['write:product'] }: Scopes = {}) =>
  writeFile(
    path,
    JSON.stringify({
      tokens: [
        { name: 'reader', token: READER, scopes: reader },
        { name: 'team', token: TEAM, scopes: team },
        { name: 'other', token: OTHER, scopes: ['read', 'write:order'] },
      ].filter(({ scopes }) => scopes.length > 0),
    }),
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-revocation-'));
  path = join(folder, 'tokens.json');
  await write();
  registry = await startRegistry({ REGISTRY_TOKENS_FILE: path });
  await call(TEAM, 'POST', '/register', product);
});
afterEach(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

function call(token: string, method: string, route: string, body?: unknown) {
  return registry.call<{ code?: string; reason?: string; instances?: { status: string }[] }>(method, route, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The file is read again within the five seconds that are promised. */
async function tokensChange(scopes: Scopes): Promise<void> {
  await write(scopes);
  await registry.clock.advance(5000);
}

const CHANGES: readonly (readonly [string, Scopes])[] = [
  ['is taken away', { reader: [], team: [] }],
  ['loses the scope', { reader: ['write:order'], team: ['read', 'write:order'] }],
];

describe.each(CHANGES)('what a token has opened, when it %s', (_what, scopes) => {
  it('ends: a stream, by address and by body', async () => {
    const streams = [
      await registry.stream('/watch?services=*', { token: READER }),
      await registry.stream('/watch', {
        token: READER,
        body: { services: ['product'], subscriber: randomUUID() },
      }),
    ];
    const kept = await registry.stream('/watch?services=*', { token: OTHER });
    await tokensChange(scopes);
    await Promise.all(streams.map(({ ended }) => ended));
    await call(OTHER, 'POST', '/register', { service_name: 'order', url: 'http://10.0.0.2' });
    expect(await kept.take(4)).toHaveLength(4);
    kept.close();
  });

  it('ends: a session, and the process is not suspected for it', async () => {
    const session = await registry.stream('/instances/p-1/session?epoch=1', { token: TEAM });
    await tokensChange(scopes);
    expect(await session.take(2)).toMatchObject([
      { event: 'opened' },
      { event: 'closed', data: { reason: 'unauthorized' } },
    ]);
    await session.ended;
    const found = await call(OTHER, 'GET', '/discover/product');
    expect(found.body.instances).toMatchObject([{ status: 'up' }]);
  });

  it('ends: a discovery that waits, with a refusal and without an answer', async () => {
    const waiting = call(READER, 'GET', '/discover/product?index=1&wait=10m');
    await eventually(async () => (await call(READER, 'GET', '/metrics')).status === 200);
    await tokensChange(scopes);
    const answer = await waiting;
    expect([401, 403]).toContain(answer.status);
    expect(answer.body.instances).toBeUndefined();
  });

  it('ends: a drain that waits; the instance drains all the same', async () => {
    const watch = await registry.stream('/watch', {
      token: OTHER,
      body: { services: ['product'], subscriber: randomUUID() },
    });
    const waiting = call(TEAM, 'POST', '/instances/p-1/drain?wait_ms=60000', {});
    await watch.take(4);
    await tokensChange(scopes);
    expect([401, 403]).toContain((await waiting).status);
    const found = await call(OTHER, 'GET', '/discover/product?status=any');
    expect(found.body.instances).toMatchObject([{ status: 'draining' }]);
    watch.close();
  });
});

describe('a token that keeps its scopes', () => {
  it('keeps what it has opened, whatever becomes of others', async () => {
    const stream = await registry.stream('/watch?services=*', { token: READER });
    const session = await registry.stream('/instances/p-1/session?epoch=1', { token: TEAM });
    await stream.take(3);
    await tokensChange({ team: ['write:product', 'write:order'] });
    await call(OTHER, 'POST', '/register', { service_name: 'order', url: 'http://10.0.0.2' });
    expect(await stream.take(1)).toMatchObject([{ event: 'delta' }]);
    expect(await session.take(1)).toMatchObject([{ event: 'opened' }]);
    expect(session.waiting).toBe(0);
    stream.close();
    session.close();
  });
});

describe('a subscriber', () => {
  it('belongs to the token that opened it: nobody else acknowledges or says goodbye in its name', async () => {
    await registry.clock.advance(5000);
    const subscriber = randomUUID();
    const body = { services: ['product'], subscriber };
    const gateway = await registry.stream('/watch', { token: OTHER, body });
    const thief = await call(READER, 'POST', '/watch', body);
    expect(thief).toMatchObject({ status: 409, body: { code: 'SUBSCRIBER_TAKEN' } });
    const byAddress = await call(READER, 'GET', `/watch?services=*&subscriber=${subscriber}`);
    expect(byAddress.status).toBe(409);

    const own = await registry.stream('/watch', {
      token: READER,
      body: { ...body, subscriber: randomUUID() },
    });
    const { stream_secret } = (await own.take(1))[0]?.data as { stream_secret: string };
    for (const goodbye of [true, undefined]) {
      const ack = { subscriber, stream_secret, revision: 9, goodbye };
      expect((await call(READER, 'POST', '/acks', ack)).status).toBe(403);
    }
    const addition = { subscriber, stream_secret, services: ['order'] };
    expect((await call(READER, 'POST', '/watch/additions', addition)).status).toBe(403);

    const drained = await registry.call<{ missing: string[]; complete: boolean }>(
      'POST',
      '/instances/p-1/drain?wait_ms=0',
      { headers: { authorization: `Bearer ${TEAM}` } },
    );
    expect(drained.body).toMatchObject({ complete: false });
    expect(drained.body.missing).toHaveLength(2);
    // Its name is for admins: who knows it could try to speak for it.
    expect(JSON.stringify(drained.body)).not.toContain(subscriber);
    own.close();
    gateway.close();
  });
});
