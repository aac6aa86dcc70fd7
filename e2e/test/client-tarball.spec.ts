import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeRegistry } from '@rollcall/registry-client/testing';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl } from '../src/app-process';
import { bundle } from '../src/bundled';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, request } from '../src/expect-answer';
import { startNode, type NodeProcess } from '../src/node-process';
import { createOutsideProject, type OutsideProject } from '../src/outside-project';
import { listAll } from '../src/shop';

describe("the client's tarball, installed alone outside the workspace", () => {
  let project: OutsideProject;

  beforeAll(async () => {
    project = await createOutsideProject();
  });

  afterAll(() => project.remove());

  test('holds what is run and read, and names nothing that only the workspace has', async () => {
    const manifest: unknown = JSON.parse(await project.clientFile('package.json'));

    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
    expect(JSON.stringify(manifest)).not.toMatch(/@rollcall\/(?!registry-client")/);
    expect(project.clientFiles).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'lib/index.d.ts']));
    expect(project.clientFiles.filter((file) => /spec|src\/|tsbuildinfo|tsconfig/.test(file))).toEqual([]);
  });

  test('is required from CommonJS, and its entry loads no validator', async () => {
    const script = `
      const { createRegistrar } = require('@rollcall/registry-client');
      const joi = Object.keys(require.cache).filter((file) => file.includes('/joi/'));
      console.log(typeof createRegistrar, joi.length);`;

    expect(await project.node('--eval', script)).toBe('function 0\n');
  });

  test('is imported from ES modules, every name of it', async () => {
    const script = `
      import { createRegistrar, createResolver, createServiceClient } from '@rollcall/registry-client';
      import { SERVICE_CLIENT_ERROR, trafficCandidates } from '@rollcall/registry-client';
      import { ConfigError, fromEnv, registerServer } from '@rollcall/registry-client';
      const all = [createRegistrar, createResolver, createServiceClient, SERVICE_CLIENT_ERROR, trafficCandidates,
        ConfigError, fromEnv, registerServer];
      console.log(all.map((each) => typeof each).join());`;

    expect(await project.node('--input-type=module', '--eval', script)).toBe(
      'function,function,function,object,function,function,function,function\n',
    );
  });

  test('brings a test kit along', async () => {
    const script = `
      import { createResolver } from '@rollcall/registry-client';
      import { createFakeRegistry } from '@rollcall/registry-client/testing';
      const registry = createFakeRegistry();
      await registry.start();
      registry.list({ service_name: 'product', url: 'http://127.0.0.1:8081' });
      const resolver = createResolver({ registryUrls: [registry.url] });
      await resolver.start();
      const { snapshot } = await resolver.resolve('product', { timeoutMs: 5000 });
      console.log(snapshot.instances.map(({ url }) => url).join());
      await resolver.stop();
      await registry.stop();`;

    expect(await project.node('--input-type=module', '--eval', script)).toBe('http://127.0.0.1:8081\n');
  });

  test('starts its thread from where it was installed', async () => {
    const script = `
      import { createRegistrar } from '@rollcall/registry-client';
      import { createFakeRegistry } from '@rollcall/registry-client/testing';
      const registry = createFakeRegistry();
      await registry.start();
      const registered = new Promise((resolve) => {
        const registrar = createRegistrar({
          registryUrls: [registry.url],
          registration: { service_name: 'greeter' },
          advertise: { port: 9191 },
          onEvent({ type }) {
            console.log(type);
            if (type === 'registered' || type === 'thread_failed') resolve(registrar);
          },
        });
        void registrar.start();
      });
      await (await registered).stop();
      await registry.stop();`;

    const events = await project.node('--input-type=module', '--eval', script);

    expect(events.split('\n')).toEqual(expect.arrayContaining(['registered', 'deregistered', 'stopped']));
    expect(events).not.toContain('thread_failed');
  });

  describe.each(['esbuild', 'rollup'] as const)('bundled by %s', (bundler) => {
    test.each(['esm', 'cjs'] as const)(
      'into one file (%s), registers from its main thread, says so, and calls a service',
      async (format) => {
        await project.write('bundled.mjs', bundledProgram);
        const bundled = await bundle(bundler, format, join(project.dir, 'bundled.mjs'));
        const registry = createFakeRegistry();
        await registry.start();
        const product = createServer((_request, response) => response.end('tea')).listen(0, '127.0.0.1');
        await once(product, 'listening');
        registry.list({ service_name: 'product', url: localUrl((product.address() as AddressInfo).port) });

        const started = startNode([bundled.file], { env: { REGISTRY_URL: registry.url }, cwd: tmpdir() });
        expect({ exit: await started.exited, output: started.output().split('\n') }).toEqual({
          exit: 0,
          output: expect.arrayContaining([
            'thread_failed NO_THREAD_FILE',
            'registered',
            'tea',
            'deregistered',
          ]),
        });

        expect(registry.instances('greeter')).toEqual([]);
        product.close();
        await registry.stop();
        await bundled.remove();
      },
    );
  });

  test('has a README whose example of the test kit runs', async () => {
    const kit = examples(await project.clientFile('README.md')).find((code) => code.includes('/testing'));

    expect(await project.node('--input-type=module', '--eval', kit ?? 'there is none')).toBe('');
  });

  test.each([
    // Here our declarations, and those that they build on, are checked to the last line.
    {
      resolution: 'nodenext',
      names: ['service.cts', 'service.mts'],
      module: 'nodenext',
      skipLibCheck: false,
    },
    { resolution: 'bundler', names: ['service.ts'], module: 'esnext' },
    { resolution: 'node10', names: ['service.ts'], module: 'commonjs', ignoreDeprecations: '6.0' },
  ])('its types resolve under $resolution', async ({ resolution, names, ...options }) => {
    const complaints = await project.compile('typed-service.ts', names, {
      moduleResolution: resolution,
      ...options,
    });

    expect(complaints).toBe('');
  });

  describe("its README's service", () => {
    let cluster: Cluster;
    let greeter: NodeProcess | undefined;

    beforeAll(async () => {
      cluster = await startCluster();
      await cluster.add('product');
      const port = await freePort();
      const [service = 'there is none'] = examples(await project.clientFile('README.md'));
      await project.write('greeter.mjs', service);
      greeter = startNode(['greeter.mjs'], {
        cwd: project.dir,
        env: { PORT: String(port), REGISTRY_URL: cluster.registryUrl },
      });
      await cluster.registered({ app: 'greeter', url: localUrl(port) });
    });

    afterAll(async () => {
      await greeter?.end('SIGKILL');
      await cluster.stop();
    });

    test('is routed to by the gateway, and calls product by its name', async () => {
      const products = await listAll(`${cluster.gatewayUrl}/products`);

      const { status, text } = await request(`${cluster.gatewayUrl}/greet`);

      expect({ status, text }).toEqual({ status: 200, text: `${products.length} products\n` });
    });

    test.each(['http://127.0.0.1:1', 'http://registry.invalid'])(
      'says so when nobody is a registry at %s, and ends at Ctrl-C',
      async (registryUrl) => {
        const lost = startNode(['greeter.mjs'], {
          cwd: project.dir,
          env: { PORT: String(await freePort()), REGISTRY_URL: registryUrl },
        });

        await eventually(() => /registry_unavailable: .+\n/.test(lost.output()), { timeoutMs: 20_000 });
        await eventually(() => /disconnected: .+\n/.test(lost.output()), { timeoutMs: 20_000 });

        expect(await lost.end('SIGINT')).toBe(0);
      },
    );

    test('says which settings are wrong, all of them', async () => {
      const settings = { PORT: 'x', REGISTRY_URL: 'registry:8080' };
      const lost = startNode(['greeter.mjs'], { cwd: project.dir, env: settings });

      expect(await lost.exited).not.toBe(0);

      expect(lost.output()).toMatch(/PORT must be a number\n.*"registry:8080" must start with http/);
    });

    describe.each([
      { framework: 'express', service: 'tea', answer: 'Darjeeling\n' },
      { framework: 'fastify', service: 'coffee', answer: 'Java\n' },
    ])('with $framework', ({ framework, service, answer }) => {
      let started: NodeProcess;
      let url: string;

      beforeEach(async () => {
        const all = examples(await project.clientFile('README.md'));
        const code = all.find((one) => one.includes(`from '${framework}'`));
        await project.write(`${service}.mjs`, code ?? 'there is none');
        const port = await freePort();
        url = localUrl(port);
        started = startNode([`${service}.mjs`], {
          cwd: project.dir,
          env: { PORT: String(port), REGISTRY_URL: cluster.registryUrl },
        });
        await cluster.registered({ app: service, url });
      });

      beforeAll(() => project.link(framework));

      afterEach(() => started.end('SIGKILL'));

      test.each(['SIGTERM', 'SIGINT'] as const)(
        'is routed to, answers probes by its name, and at %s leaves the list and ends with 0',
        async (signal) => {
          const { status, text } = await request(`${cluster.gatewayUrl}/${service}`);
          const [instance] = await cluster.discover(service);
          const probed = await Promise.all(['/livez', '/readyz', '/health'].map((path) => fetch(url + path)));

          expect({ status, text }).toEqual({ status: 200, text: answer });
          for (const { headers } of probed)
            expect(headers.get('rollcall-instance')).toBe(
              `${instance?.instance_id ?? ''}/${instance?.epoch ?? ''}`,
            );
          expect(probed.map((each) => each.status)).toEqual([200, 200, 200]);
          expect({ ending: await started.end(signal), output: started.output() }).toEqual({
            ending: 0,
            output: '',
          });
          expect(await cluster.discover(service)).toEqual([]);
        },
      );

      test('ends at once at a second signal, while an upload is still on its way', async () => {
        const upload = connect(Number(new URL(url).port), '127.0.0.1');
        upload.on('error', () => undefined);
        upload.write(`POST /${service} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n`);
        upload.write('Expect: 100-continue\r\n\r\n');
        await once(upload, 'data');

        process.kill(started.pid, 'SIGINT');
        // Draining, or with its port closed already and waiting for the upload alone.
        await eventually(() =>
          fetch(`${url}/readyz`).then(
            ({ status }) => status === 503,
            () => true,
          ),
        );

        expect(started.isRunning()).toBe(true);
        expect(await started.end('SIGTERM')).toBe(1);
        upload.destroy();
      });
    });

    // The last one: it ends the process.
    test('leaves the list at SIGTERM, and ends', async () => {
      const ending = await greeter?.end('SIGTERM');

      expect({ ending, output: greeter?.output() }).toEqual({ ending: 0, output: '' });
      expect(await cluster.discover('greeter')).toEqual([]);
      await expectAnswer(`${cluster.gatewayUrl}/products`, 200);
    });
  });
});

/** Registers, calls a service by its name, and ends; nothing of it is written for bundlers. */
const bundledProgram = `
  import { createRegistrar, createResolver, createServiceClient } from '@rollcall/registry-client';
  const registryUrls = [process.env.REGISTRY_URL];
  const resolver = createResolver({ registryUrls });
  const products = createServiceClient({ resolver, serviceName: 'product', timeoutMs: 10000 });
  const registrar = createRegistrar({
    registryUrls,
    registration: { service_name: 'greeter' },
    advertise: { port: 9191 },
    drainLingerMs: 0,
    onEvent({ type, failure }) {
      console.log([type, failure?.code].filter(Boolean).join(' '));
      if (type === 'registered') void callAndStop();
    },
  });
  async function callAndStop() {
    console.log((await products.get('/')).data);
    await registrar.stop();
    await resolver.stop();
  }
  void resolver.start();
  void registrar.start();`;

/** The JavaScript in a text, word for word: what the README shows is what runs. */
function examples(readme: string): readonly string[] {
  return [...readme.matchAll(/```js\n(.*?)```/gs)].flatMap(([, code]) => code ?? []);
}
