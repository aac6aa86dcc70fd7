import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WhoamiResponse } from '@rollcall/contracts';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type RunningRegistry } from './running-registry';

const TOKENS = {
  tokens: [
    { name: 'reader', token: 'reader-token-of-a-spec', scopes: ['read'] },
    {
      name: 'product-team',
      token: 'product-token-of-a-spec',
      scopes: ['write:product', 'read'],
      routes: ['/products', 'shop.example/shop'],
    },
    { name: 'operator', token: 'operator-token-of-a-spec', scopes: ['admin', 'write:*'], routes: ['*'] },
    { name: 'scopeless', token: 'scopeless-token-of-a-spec', scopes: ['write:order'] },
  ],
  routes: { product: ['/catalogue'], order: ['/carts'] },
};

let folder: string;
let log: RecordingLogger;
let registry: RunningRegistry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-whoami-'));
  log = createRecordingLogger();
});
afterEach(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

async function startWithTokens(): Promise<void> {
  const path = join(folder, 'tokens.json');
  await writeFile(path, JSON.stringify(TOKENS));
  registry = await startRegistry({ REGISTRY_TOKENS_FILE: path }, log);
}
const whoami = (authorization?: string) =>
  registry.call<WhoamiResponse>(
    'GET',
    '/whoami',
    authorization === undefined ? {} : { headers: { authorization } },
  );

describe('who a caller is', () => {
  it('is everybody where no token is asked for', async () => {
    registry = await startRegistry();
    const open = { auth: 'off', name: 'anonymous', scopes: ['read', 'write:*', 'admin'], routes: ['*'] };
    for (const authorization of [undefined, 'Bearer whatever-this-is-worth'])
      expect(await whoami(authorization)).toMatchObject({ status: 200, body: open });
  });

  it('is told by the name of the token, its scopes, and its paths', async () => {
    await startWithTokens();
    expect((await whoami('Bearer product-token-of-a-spec')).body).toEqual({
      auth: 'on',
      name: 'product-team',
      proven_by: 'token',
      certificate: null,
      scopes: ['write:product', 'read'],
      routes: ['/products', 'shop.example/shop'],
      service_routes: { product: ['/catalogue'] },
    });
    expect((await whoami('Bearer reader-token-of-a-spec')).body).toEqual({
      auth: 'on',
      name: 'reader',
      proven_by: 'token',
      certificate: null,
      scopes: ['read'],
      routes: null,
      service_routes: {},
    });
    expect((await whoami('Bearer operator-token-of-a-spec')).body).toMatchObject({
      routes: ['*'],
      service_routes: { product: ['/catalogue'], order: ['/carts'] },
    });
  });

  it('needs no scope: whoever lacks one can find out', async () => {
    await startWithTokens();
    expect(await whoami('Bearer scopeless-token-of-a-spec')).toMatchObject({
      status: 200,
      body: { scopes: ['write:order'] },
    });
  });

  it('is nobody without a token, who learns that one is asked for and nothing else', async () => {
    await startWithTokens();
    const nobody = {
      auth: 'on',
      name: null,
      proven_by: null,
      certificate: null,
      scopes: [],
      routes: null,
      service_routes: {},
    };
    for (const authorization of [undefined, 'Basic cmVhZGVyOg=='])
      expect(await whoami(authorization)).toMatchObject({ status: 200, body: nobody });
    expect(log.linesOf('access_denied')).toEqual([]);
  });

  it('is refused and audited with a token that is not known, which is not repeated', async () => {
    await startWithTokens();
    const answer = await whoami('Bearer a-token-of-nobody-here');
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
    expect(log.linesOf('access_denied')).toMatchObject([{ path: '/whoami', reason: 'unknown_token' }]);
    expect(JSON.stringify([answer.body, log.linesOf('access_denied')])).not.toContain(
      'a-token-of-nobody-here',
    );
  });

  it('is the one that all share, where there is one token alone', async () => {
    registry = await startRegistry({ REGISTRY_TOKEN: 'the-one-token-of-a-spec' });
    expect((await whoami('Bearer the-one-token-of-a-spec')).body).toMatchObject({
      auth: 'on',
      name: 'shared-token',
      scopes: ['read', 'write:*', 'admin'],
      routes: ['*'],
    });
  });
});
