import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { closedPort, eventually } from '@rollcall/testing';
import {
  createPrivateAuthority,
  startTlsTerminator,
  type PrivateAuthority,
  type TlsTerminator,
} from '@rollcall/testing/certificates';
import { createResolver, createServiceClient, type ResolverEvent, type ServiceClientEvent } from '../src';
import { createFixedResolver, type FakeRegistry } from '../src/testing';
import { createRegistrarScene } from './registrar-scene';

const { startRegistry, observe, onCleanup, cleanUp } = createRegistrarScene();

let authority: PrivateAuthority;
let registry: FakeRegistry;
let door: TlsTerminator;
let folder: string;
let caFile: string;
let wrongCaFile: string;

beforeAll(async () => {
  authority = await createPrivateAuthority();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-tls-'));
  caFile = join(folder, 'ca.pem');
  wrongCaFile = join(folder, 'wrong.pem');
  await writeFile(caFile, authority.ca);
  await writeFile(wrongCaFile, (await createPrivateAuthority('somebody else')).ca);
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  registry = await startRegistry();
  door = await startTlsTerminator(registry.url, await authority.issue());
  onCleanup(() => door.close());
});
afterEach(cleanUp);

describe.each([
  ['a thread of its own', true],
  ['the main thread', false],
])('a registrar in %s, with a registry behind TLS', (_where, thread) => {
  it('registers, holds a session, beats, drains and deregisters', async () => {
    const { registrar, seen } = observe({
      registryUrls: [door.url],
      caFile,
      thread,
      advertise: { port: 8081, secure: true },
    });
    await registrar.start();
    expect((await seen('registered')).url).toBe('https://127.0.0.1:8081');
    await eventually(() => registry.openSessions === 1);
    await eventually(() => registry.calls('/heartbeat').length >= 2);

    await registrar.stop();
    await seen('drained');
    await seen('deregistered');
    expect(registry.instances()).toEqual([]);
  });

  it('says what is to be mended when it does not trust it', async () => {
    const { registrar, seen } = observe({ registryUrls: [door.url], caFile: wrongCaFile, thread });
    await registrar.start();
    const { failure } = await seen('registry_unavailable');
    expect(failure.message).toContain('REGISTRY_CA_FILE');
    expect(registry.calls()).toEqual([]);
  });
});

describe('a resolver, with a registry behind TLS', () => {
  function resolverWith(trusted: string) {
    const events: ResolverEvent[] = [];
    const resolver = createResolver({
      registryUrls: [door.url],
      caFile: trusted,
      services: ['product'],
      onEvent: (event) => events.push(event),
    });
    onCleanup(() => resolver.stop());
    return { resolver, events };
  }

  it('follows the catalog', async () => {
    const { resolver } = resolverWith(caFile);
    await resolver.start();
    registry.list({ service_name: 'product', url: 'http://10.0.0.7:8081' });
    await eventually(() => {
      const known = resolver.current('product');
      return 'snapshot' in known && known.snapshot.instances.length === 1;
    });
  });

  it('says what is to be mended when it does not trust it', async () => {
    const { resolver, events } = resolverWith(wrongCaFile);
    await resolver.start();
    const told = await eventually(() => events.find((event) => event.type === 'disconnected'));
    expect(told).toMatchObject({ failure: { message: expect.stringContaining('REGISTRY_CA_FILE') } });
  });

  it('wants a file that holds an authority', async () => {
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, 'nothing');
    expect(() => resolverWith(empty)).toThrow(`caFile: ${empty} holds no certificate in PEM`);
  });
});

describe('a service client', () => {
  const clientOf = (urls: readonly string[], trusted?: string) =>
    createServiceClient({
      resolver: createFixedResolver({ product: urls }),
      serviceName: 'product',
      timeoutMs: 5000,
      ...(trusted === undefined ? {} : { caFile: trusted }),
    });

  it('trusts an instance whose certificate its authority has signed', async () => {
    const { status } = await clientOf([door.url], caFile).get('/livez', { validateStatus: () => true });
    expect(status).toBeGreaterThan(0);
    expect(registry.calls().map(({ path }) => path)).toEqual(['/livez']);
  });

  it('sends nothing to one that it cannot verify, by default as well, and tries the next', async () => {
    for (const trusted of [wrongCaFile, undefined])
      await expect(clientOf([door.url], trusted).post('/orders', {})).rejects.toMatchObject({
        code: 'ROLLCALL_UNREACHABLE',
      });
    expect(registry.calls()).toEqual([]);
    const dead = `https://127.0.0.1:${await closedPort()}`;
    await clientOf([dead, door.url], caFile).get('/livez', { validateStatus: () => true });
    expect(registry.calls()).toHaveLength(1);
  });
});

describe('a file of authorities that is replaced', () => {
  let wrongCa: string;
  let followed: string;

  beforeAll(async () => {
    wrongCa = await readFile(wrongCaFile, 'utf8');
  });
  beforeEach(() => {
    followed = join(folder, `followed-${randomUUID()}.pem`);
  });

  async function replace(text: string): Promise<void> {
    await writeFile(`${followed}.new`, text);
    await rename(`${followed}.new`, followed);
  }

  it.each([
    ['a thread of its own', true],
    ['the main thread', false],
  ])(
    'has a registrar in %s verify new connections by it; a bad one changes nothing',
    async (_where, thread) => {
      await writeFile(followed, wrongCa);
      const { registrar, events, seen } = observe({ registryUrls: [door.url], caFile: followed, thread });
      await registrar.start();
      await seen('registry_unavailable');

      await replace(authority.ca);
      expect(await seen('authority_loaded')).toMatchObject({ file: followed });
      const { instanceId } = await seen('registered');
      await eventually(() => registry.openSessions === 1);

      await replace('-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n');
      const { failure } = await seen('authority_refused');
      expect(failure.message).toContain(`${followed} holds a certificate that cannot be read`);
      const opened = () => events.filter(({ type }) => type === 'session_opened').length;
      const before = opened();
      registry.endSession(instanceId, 'registry_closing');
      await eventually(() => opened() > before);
    },
  );

  it('has a resolver verify new connections by it, and by no other', async () => {
    await writeFile(followed, wrongCa);
    const events: ResolverEvent[] = [];
    const resolver = createResolver({
      registryUrls: [door.url],
      caFile: followed,
      services: ['product'],
      onEvent: (event) => events.push(event),
    });
    onCleanup(() => resolver.stop());
    const types = () => events.map(({ type }) => type);
    await resolver.start();
    await eventually(() => types().includes('disconnected'));

    await replace(authority.ca);
    await eventually(() => types().includes('synced'));
    expect(types()).toContain('authority_loaded');

    await replace(wrongCa);
    const refused = () =>
      events.some(
        (event) => event.type === 'disconnected' && event.failure.code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      );
    events.length = 0;
    await eventually(
      async () => {
        // A stream that is opened again within a second of the last one is verified as that one was.
        await registry.goAway();
        await registry.comeBack();
        return refused();
      },
      { everyMs: 300, timeoutMs: 20_000 },
    );
    expect(types()).toContain('authority_loaded');
  });

  it('has a service client verify the next request by it, on no connection of before; a missing one changes nothing', async () => {
    await writeFile(followed, wrongCa);
    const events: ServiceClientEvent[] = [];
    const client = createServiceClient({
      resolver: createFixedResolver({ product: [door.url] }),
      serviceName: 'product',
      timeoutMs: 5000,
      caFile: followed,
      onEvent: (event) => events.push(event),
    });
    const answered = () =>
      client.get('/livez').then(
        () => true,
        () => false,
      );
    expect(await answered()).toBe(false);

    await replace(authority.ca);
    await eventually(answered);
    expect(events).toEqual([{ type: 'authority_loaded', file: followed }]);

    await rm(followed);
    await eventually(async () => (await answered()) && events.length === 2);
    expect(events[1]).toMatchObject({
      type: 'authority_refused',
      failure: { message: expect.stringContaining('cannot be read (ENOENT)') },
    });

    await replace(wrongCa);
    await eventually(async () => !(await answered()));
    expect(events.at(-1)).toEqual({ type: 'authority_loaded', file: followed });
  });
});
