import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import {
  createPrivateAuthority,
  startTlsTerminator,
  type IssuedPair,
  type PrivateAuthority,
  type TlsTerminator,
} from '@rollcall/testing/certificates';
import {
  createQuestionStreams,
  createResolver,
  createServiceClient,
  type ResolverEvent,
  type ServiceClientEvent,
} from '../src';
import { createFixedResolver, type FakeRegistry } from '../src/testing';
import { createRegistrarScene } from './registrar-scene';

const { startRegistry, observe, onCleanup, cleanUp } = createRegistrarScene();

const THREADS = [
  ['a thread of its own', true],
  ['the main thread', false],
] as const;

let authority: PrivateAuthority;
/** The one that signs callers' certificates. */
let company: PrivateAuthority;
let registry: FakeRegistry;
/** Before the registry: lets nobody in without a certificate of the company. */
let door: TlsTerminator;
let folder: string;
let caFile: string;

beforeAll(async () => {
  [authority, company] = [await createPrivateAuthority(), await createPrivateAuthority('company')];
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-client-certificates-'));
  onCleanup(() => rm(folder, { recursive: true }));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.ca);
  registry = await startRegistry();
  door = await startTlsTerminator(registry.url, await authority.issue(), { clientCa: company.ca });
  onCleanup(() => door.close());
});
afterEach(cleanUp);

const named = (name: string, by: PrivateAuthority = company): Promise<IssuedPair> =>
  by.issue({ names: [name], uses: ['client'] });

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
}

const files = (): Files => ({ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') });

async function write({ cert, key }: IssuedPair): Promise<Files> {
  const { certFile, keyFile } = files();
  for (const [file, text] of [
    [keyFile, key],
    [certFile, cert],
  ] as const) {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
  return { certFile, keyFile };
}

describe.each(THREADS)(
  'a registrar in %s, with a registry that requires a certificate of its callers',
  (_where, thread) => {
    it('registers, holds a session, beats, drains and deregisters with the one that is named', async () => {
      const shown = await write(await named('product.internal'));
      const { registrar, seen } = observe({ registryUrls: [door.url], caFile, ...shown, thread });
      await registrar.start();
      await seen('registered');
      await eventually(() => registry.openSessions === 1);
      await eventually(() => registry.calls('/heartbeat').length >= 2);
      await registrar.stop();
      await seen('drained');
      await seen('deregistered');
      expect(new Set(door.callers)).toEqual(new Set(['DNS:product.internal']));
    });

    it('says what is to be mended without one', async () => {
      const { registrar, seen } = observe({ registryUrls: [door.url], caFile, thread });
      await registrar.start();
      const { failure } = await seen('registry_unavailable');
      expect(failure.message).toContain('REGISTRY_CERT_FILE');
      expect(registry.calls()).toEqual([]);
    });

    it('gets nowhere with one of another authority', async () => {
      const shown = await write(await named('product.internal', authority));
      const { registrar, seen } = observe({ registryUrls: [door.url], caFile, ...shown, thread });
      await registrar.start();
      await seen('registry_unavailable');
      expect(registry.calls()).toEqual([]);
    });

    it('shows the one that has taken its place on new connections; a bad one changes nothing', async () => {
      const shown = await write(await named('before.internal'));
      const { registrar, seen } = observe({ registryUrls: [door.url], caFile, ...shown, thread });
      await registrar.start();
      const { instanceId } = await seen('registered');
      await eventually(() => registry.openSessions === 1);

      await write(await named('after.internal'));
      expect(await seen('certificate_loaded')).toMatchObject({ file: shown.certFile });
      registry.endSession(instanceId, 'registry_closing');
      await eventually(() => door.callers.includes('DNS:after.internal'));

      await writeFile(shown.keyFile, (await named('other.internal')).key);
      const { failure } = await seen('certificate_refused');
      expect(failure.message).toContain(`${shown.keyFile} is not the key of the certificate`);
      const before = registry.calls('/heartbeat').length;
      await eventually(() => registry.calls('/heartbeat').length > before);
    });
  },
);

describe('a resolver, with a registry that requires a certificate of its callers', () => {
  function resolverWith(shown: Partial<Files>) {
    const events: ResolverEvent[] = [];
    const resolver = createResolver({
      registryUrls: [door.url],
      caFile,
      ...shown,
      services: ['product'],
      onEvent: (event) => events.push(event),
    });
    onCleanup(() => resolver.stop());
    return { resolver, events };
  }

  it('follows the catalog with the one that is named', async () => {
    const { resolver } = resolverWith(await write(await named('gateway.internal')));
    await resolver.start();
    registry.list({ service_name: 'product', url: 'http://10.0.0.7:8081' });
    await eventually(() => {
      const known = resolver.current('product');
      return 'snapshot' in known && known.snapshot.instances.length === 1;
    });
    expect(new Set(door.callers)).toEqual(new Set(['DNS:gateway.internal']));
  });

  it('says what is to be mended without one', async () => {
    const { resolver, events } = resolverWith({});
    await resolver.start();
    const told = await eventually(() => events.find(({ type }) => type === 'disconnected'));
    expect(told).toMatchObject({ failure: { message: expect.stringContaining('REGISTRY_CERT_FILE') } });
    expect(registry.calls()).toEqual([]);
  });

  it('wants both files, and a key that fits', async () => {
    const { certFile, keyFile } = await write(await named('gateway.internal'));
    expect(() => resolverWith({ certFile })).toThrow('keyFile is required with certFile');
    expect(() => resolverWith({ keyFile })).toThrow('certFile is required with keyFile');
    await writeFile(keyFile, (await named('gateway.internal')).key);
    expect(() => resolverWith({ certFile, keyFile })).toThrow(
      `keyFile: ${keyFile} is not the key of the certificate`,
    );
    expect(() => resolverWith({ certFile: keyFile, keyFile })).toThrow(
      `certFile: ${keyFile} holds no certificate in PEM`,
    );
  });
});

it('streams of questions show the certificate that is named', async () => {
  const streams = createQuestionStreams({
    registryUrls: [door.url],
    caFile,
    ...(await write(await named('gateway.internal'))),
    serviceName: 'gateway',
    identity: () => ({ instance_id: 'gateway-1', epoch: 1 }),
    answers: 'read',
    answer: () => Promise.resolve({ status: 200, body: {} }),
  });
  onCleanup(() => streams.stop());
  streams.start();
  await eventually(() => door.callers.includes('DNS:gateway.internal'));
});

describe('a service client, with an instance that requires a certificate of its callers', () => {
  function clientWith(shown: Partial<Files>) {
    const events: ServiceClientEvent[] = [];
    const client = createServiceClient({
      resolver: createFixedResolver({ product: [door.url] }),
      serviceName: 'product',
      timeoutMs: 5000,
      caFile,
      ...shown,
      onEvent: (event) => events.push(event),
    });
    const answered = () =>
      client.get('/livez', { validateStatus: () => true }).then(
        () => true,
        () => false,
      );
    return { answered, events };
  }

  it('shows the one that is named, and the one that has taken its place', async () => {
    const { answered, events } = clientWith(await write(await named('order.internal')));
    expect(await answered()).toBe(true);
    expect(door.callers).toEqual(['DNS:order.internal']);
    const { certFile } = await write(await named('renewed.internal'));
    await eventually(async () => (await answered()) && door.callers.includes('DNS:renewed.internal'));
    expect(events).toEqual([{ type: 'certificate_loaded', file: certFile }]);
  });

  it('sends nothing without one, nor with one of another authority', async () => {
    expect(await clientWith({}).answered()).toBe(false);
    const foreign = await write(await named('order.internal', authority));
    expect(await clientWith(foreign).answered()).toBe(false);
    expect(registry.calls()).toEqual([]);
  });
});
