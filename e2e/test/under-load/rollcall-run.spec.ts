import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, request } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { startWrapped, type WrappedProgram } from '../../src/rollcall-process';

const PER_SECOND = 200;
const NGINX_CONF = `
daemon off;
worker_processes 1;
error_log stderr;
pid FOLDER/ID.pid;
events { worker_connections 256; }
http {
  access_log FOLDER/ID.log;
  client_body_temp_path FOLDER/ID-body;
  proxy_temp_path FOLDER/ID-proxy;
  fastcgi_temp_path FOLDER/ID-fastcgi;
  uwsgi_temp_path FOLDER/ID-uwsgi;
  scgi_temp_path FOLDER/ID-scgi;
  server { listen 127.0.0.1:PORT; location / { return 200 "hello"; } }
}
`;
const CONFIGURE_NGINX =
  'sed "s|PORT|$PORT|; s|FOLDER|$FOLDER|g; s|ID|$ROLLCALL_INSTANCE_ID|g" nginx.conf > "$ROLLCALL_INSTANCE_ID.conf"';

/** Programs that know nothing of Rollcall. */
const PROGRAMS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  // It ends at once at SIGTERM, whatever is in flight.
  ['python3', [], ['python3', '-m', 'http.server', '{port}', '--bind', '127.0.0.1']],
  [
    'nginx',
    ['--stop-signal', 'QUIT'],
    ['sh', '-c', `${CONFIGURE_NGINX} && exec nginx -p . -c "$ROLLCALL_INSTANCE_ID.conf"`],
  ],
];

describe.each(PROGRAMS)(
  'three of %s under rollcall run, under 200 requests a second',
  (name, options, command) => {
    let cluster: Cluster;
    let folder: string;
    const started: WrappedProgram[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
      await writeFile(join(folder, 'file.txt'), 'hello');
      await writeFile(join(folder, 'nginx.conf'), NGINX_CONF);
      cluster = await startCluster({ gateway: PATIENT });
    });
    afterAll(async () => {
      await Promise.all(started.map((one) => one.kill()));
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const launch = () => {
      const one = startWrapped(cluster.registryUrl, {
        options: ['--route', '/files', '--strip-prefix', ...options],
        command,
        env: { FOLDER: folder },
        cwd: folder,
      });
      started.push(one);
      return one;
    };
    const upOnes = async () => {
      const all = (await expectAnswer(`${cluster.registryUrl}/services`, 200)) as ServicesResponse;
      return (all.services['plain'] ?? []).filter(({ status }) => status === 'up').length;
    };
    const areUp = (count: number) =>
      eventually(
        async () => {
          if ((await upOnes()) === count) return true;
          throw new Error(`not ${count} are up:\n${started.map((one) => one.output()).join('')}`);
        },
        { timeoutMs: 30_000, everyMs: 50 },
      );
    async function getFile(): Promise<true> {
      const { status, text } = await request(`${cluster.gatewayUrl}/files/file.txt`);
      if (status !== 200 || text !== 'hello') throw new Error(`${status}: ${text}`);
      return true;
    }

    /** nginx writes a file of it; Python writes it to standard error. */
    const accessLog = (one: WrappedProgram) =>
      readFile(join(folder, `${one.instanceId}.log`), 'utf8').catch(() => one.output());

    const isInstalled = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

    if (!isInstalled) process.stderr.write(`Skipped, as ${name} is missing: apt-get install ${name}\n`);
    (isInstalled ? test : test.skip)('scaled from three to one and back: no request fails', async () => {
      const first = [launch(), launch(), launch()];
      await areUp(3);
      await eventually(getFile);

      const load = startLoad(getFile, { perSecond: PER_SECOND });
      await load.more(PER_SECOND);
      await Promise.all(first.slice(1).map((one) => one.end('SIGTERM')));
      await areUp(1);
      await load.more(PER_SECOND);
      const second = [launch(), launch()];
      await areUp(3);
      await load.more(PER_SECOND);
      const { failures } = await load.stop();

      expect(failures).toEqual([]);
      for (const one of [...first, ...second]) expect(await accessLog(one)).toContain('GET /file.txt');
      for (const one of first.slice(1)) expect(one.output()).toMatch(/drained: every caller.*off the list/s);
    });
  },
);
