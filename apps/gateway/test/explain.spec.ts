import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `
version: 1
routes:
  - path_prefix: /weighted
    service: product
    canary: { versions: [ { version: '2', percent: 0 } ] }
  - path_prefix: /chosen
    service: product
    canary: { header: { name: x-canary, versions: { 'yes': '2', never: '3' } } }
  - { path_prefix: /narrow, service: product, max_in_flight: 1 }
`;

interface Explained {
  readonly verdict: string;
  readonly route?: { readonly in_flight: number };
  readonly instances: readonly {
    readonly instance_id: string;
    readonly picked: boolean;
    readonly why: string;
  }[];
}

describe('what a request comes to', () => {
  let folder: string;
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-explain-'));
    await writeFile(join(folder, 'routes.yaml'), ROUTES);
    running = await startGateway({ ROUTES_FILE: join(folder, 'routes.yaml') });
    upstream = await startUpstream((req, res) => {
      res.write('begun');
      req.once('rollcall-finish', () => res.end());
    });
    for (const version of ['1.0', '2.0'])
      running.registry.list({
        instance_id: `v${version}`,
        service_name: 'product',
        url: upstream.url.replace('127.0.0.1', version === '1.0' ? '127.0.0.1' : 'localhost'),
        version,
      });
    await eventually(async () => (await running.upstreamCount()) === 2);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const explain = async (query: string) => (await running.admin(`/explain?path=${query}`)) as Explained;
  const whyOf = async (query: string) =>
    Object.fromEntries(
      (await explain(query)).instances.map(({ instance_id, picked, why }) => [
        instance_id,
        picked ? 'picked' : why,
      ]),
    );

  it('leaves out a version that gets no share', async () => {
    expect(await whyOf('/weighted')).toEqual({
      'v1.0': 'picked',
      'v2.0': 'its version gets 0 percent of the requests',
    });
  });

  it.each([
    ['yes', { 'v1.0': 'x-canary is yes, which means version 2', 'v2.0': 'picked' }],
    ['no', { 'v1.0': 'picked', 'v2.0': 'picked' }],
    ['never', { 'v1.0': 'picked', 'v2.0': 'picked' }],
  ])('goes by what the request says: %s', async (value, expected) => {
    expect(await whyOf(`/chosen&canary=${value}`)).toEqual(expected);
  });

  it('is rejected while the service has as many in flight as the route allows', async () => {
    expect(await explain('/narrow')).toMatchObject({ verdict: 'forwarded', route: { in_flight: 0 } });
    const response = await fetch(`${running.url}/narrow`);
    expect(await explain('/narrow')).toMatchObject({ verdict: 'rejected', route: { in_flight: 1 } });
    expect((await fetch(`${running.url}/narrow`)).status).toBe(503);
    upstream.requests[0]?.emit('rollcall-finish');
    await response.text();
    await eventually(async () => (await explain('/narrow')).verdict === 'forwarded');
  });
});
