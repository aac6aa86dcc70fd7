import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Snippet {
  readonly filePath: string;
  readonly code: string;
  /** The rule that refuses the snippet; absent when it is allowed. */
  readonly refusedBy?: string;
}

const workspace = join(__dirname, '../..');

const imports = '@typescript-eslint/no-restricted-imports';
const projects = '@nx/enforce-module-boundaries';
const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';

const importing = (source: string, name = 'thing') =>
  `import { ${name} } from '${source}';\nexport const it = ${name};\n`;
const computing = (expression: string) => `export const it = () => ${expression};\n`;

const refused = (filePath: string, code: string, refusedBy: string): Snippet => ({
  filePath,
  code,
  refusedBy,
});
const allowed = (filePath: string, code: string): Snippet => ({ filePath, code });

const pureCores = [
  'apps/registry/src/catalog/new-file.ts',
  'apps/product/src/domain/new-file.ts',
  'apps/gateway/src/routing/new-file.ts',
].flatMap((core) => [
  ...['../http/routes', '../adapters/memory', '../ports/store', '../use-cases/register'].map((source) =>
    refused(core, importing(source), imports),
  ),
  ...['../compose', '../config', '../main', '../lease-loop'].map((source) =>
    refused(core, importing(source), imports),
  ),
  ...['express', 'axios', 'winston', 'node:timers', 'node:timers/promises', 'node:fs', 'node:process'].map(
    (source) => refused(core, importing(source), imports),
  ),
  refused(core, importing('@rollcall/service-kit', 'createLogger'), imports),
  refused(core, importing('node:crypto', 'randomUUID'), imports),
  refused(core, computing('setTimeout(() => 1, 1)'), globals),
  refused(core, computing('performance.now()'), globals),
  refused(core, computing('process.hrtime()'), globals),
  refused(core, computing('Date.now()'), properties),
  refused(core, computing('Math.random()'), properties),
  refused(core, computing('new Date()'), syntax),
  allowed(core, importing('./neighbour')),
  allowed(core, computing('new Date(0)')),
  allowed(core, importing('@rollcall/contracts', 'serviceNameSchema')),
]);

/** Of each folder: what it may not import, and what it may. Written down apart from the table that lint goes by. */
const foldersOfGateway: Readonly<Record<string, readonly [bad: string, good: string]>> = {
  headers: ['routing policies proxy http adapters ports', ''],
  routing: ['headers policies upstreams routes-file proxy cluster', ''],
  policies: ['upstreams routes-file proxy http ports', 'headers routing'],
  ports: ['routes-file upstreams proxy http adapters', 'headers policies routing'],
  'routes-file': ['upstreams proxy http adapters operations headers', 'policies ports routing'],
  upstreams: ['proxy http adapters operations cluster metrics use-cases', 'policies ports routing'],
  proxy: [
    'http adapters operations cluster metrics use-cases routes-file',
    'headers policies ports routing upstreams',
  ],
  metrics: ['http adapters proxy operations cluster', 'upstreams'],
  'use-cases': ['proxy http adapters operations cluster metrics', 'policies ports routing upstreams'],
  operations: ['http adapters proxy cluster metrics', 'policies upstreams use-cases'],
  cluster: ['http adapters proxy upstreams ports', 'metrics operations routing use-cases'],
  adapters: [
    'http proxy upstreams use-cases operations cluster metrics',
    'headers policies ports routes-file routing',
  ],
  http: ['adapters cluster upstreams', 'metrics operations proxy routes-file use-cases'],
};

const foldersOfClient: Readonly<Record<string, readonly [bad: string, good: string]>> = {
  wire: ['registry resolver registrar', ''],
  registry: ['resolver registrar service-client settings', 'wire'],
  resolver: ['registrar service-client server testing', 'registry wire'],
  load: ['resolver registrar service-client server settings', 'registry wire'],
  registrar: ['resolver service-client server settings', 'load registry wire'],
  server: ['resolver service-client settings', 'registrar registry'],
  'service-client': ['registrar server settings testing', 'load registry resolver'],
};

const between = (
  source: string,
  folders: Readonly<Record<string, readonly [bad: string, good: string]>>,
): readonly Snippet[] =>
  Object.entries(folders).flatMap(([folder, [bad, good]]) => [
    ...words(bad).map((other) =>
      refused(`${source}/${folder}/new-file.ts`, importing(`../${other}/thing`), imports),
    ),
    ...words(good).map((other) => allowed(`${source}/${folder}/new-file.ts`, importing(`../${other}/thing`))),
  ]);

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

const gateway = 'apps/gateway/src';
const arrowsOfFolders: readonly Snippet[] = [
  ...between(gateway, foldersOfGateway),
  ...between('libs/registry-client/src', foldersOfClient),
  ...Object.keys(foldersOfGateway).flatMap((folder) =>
    ['../config', '../compose', '../compose-worker', '../worker-main', '../routes-reload-loop'].map(
      (source) => refused(`${gateway}/${folder}/new-file.ts`, importing(source), imports),
    ),
  ),
  refused(`${gateway}/adapters/http1/new-file.ts`, importing('../../proxy/proxy'), imports),
  refused(`${gateway}/http/openapi/new-file.ts`, importing('../../upstreams/upstream'), imports),
  refused(`${gateway}/routes-file/keys/new-file.ts`, importing('../../upstreams/upstream'), imports),
  ...['headers', 'policies'].map((folder) =>
    refused(`${gateway}/${folder}/new-file.ts`, computing('Date.now()'), properties),
  ),
  ...[
    'http/admin-routes',
    'proxy/proxy',
    'upstreams/upstreams',
    'adapters/routes-file',
    'cluster/messages',
  ].map((source) => refused(`${gateway}/routes-reload-loop.ts`, importing(`./${source}`), imports)),
  allowed(`${gateway}/routes-reload-loop.ts`, importing('./ports/routes-source')),
  refused(`${gateway}/write-round-loop.ts`, importing('./proxy/proxy'), imports),
  ...['http/admin-routes', 'proxy/proxy', 'upstreams/upstreams', 'compose-worker-pool', 'main'].map(
    (source) => refused(`${gateway}/worker-main.ts`, importing(`./${source}`), imports),
  ),
  allowed(`${gateway}/worker-main.ts`, importing('./cluster/primary-channel')),
  allowed(`${gateway}/worker-main.ts`, importing('./compose-worker')),
  refused('libs/load-balancing/src/health/new-file.ts', importing('../retries/deadline'), imports),
  refused('libs/load-balancing/src/candidates/new-file.ts', importing('../pickers/ring'), imports),
  refused('libs/load-balancing/src/pickers/new-file.ts', importing('../health/outcome'), imports),
  refused('libs/load-balancing/src/retries/new-file.ts', importing('../pickers/ring'), imports),
  allowed('libs/load-balancing/src/retries/new-file.ts', importing('../health/outcome')),
  refused('libs/service-kit/src/files/new-loop.ts', importing('../http/read-json'), imports),
  refused('libs/service-kit/src/tls/new-loop.ts', importing('../lifecycle/run-service'), imports),
  refused('libs/resource-kit/src/idempotency/new-loop.ts', importing('../testing/thing'), imports),
  refused('libs/registry-client/src/resolver/new-loop.ts', importing('../registrar/registrar'), imports),
  allowed('libs/service-kit/src/tls/new-loop.ts', importing('../files/file-watch-loop')),
];

const balancing = 'libs/load-balancing/src/pickers/new-file.ts';
const snippets: readonly Snippet[] = [
  ...pureCores,
  ...arrowsOfFolders,
  refused(balancing, importing('express'), imports),
  refused(balancing, computing('Date.now()'), properties),
  allowed(balancing, importing('../candidates/candidate')),

  refused('libs/address-guard/src/judgement/new-file.ts', importing('node:dns'), imports),
  refused('libs/address-guard/src/new-file.ts', importing('@rollcall/contracts'), projects),
  allowed('libs/address-guard/src/judgement/new-file.ts', importing('ipaddr.js')),
  allowed('apps/registry/src/new-file.ts', importing('@rollcall/address-guard')),
  refused('apps/registry/src/access/new-file.ts', importing('node:fs'), imports),

  refused('apps/registry/src/ports/new-file.ts', importing('../http/routes'), imports),
  refused('apps/registry/src/ports/new-file.ts', importing('../adapters/memory'), imports),
  refused('apps/registry/src/ports/new-file.ts', importing('../use-cases/register'), imports),
  refused('apps/registry/src/ports/new-file.ts', importing('kysely'), imports),
  allowed('apps/registry/src/ports/new-file.ts', importing('../catalog/lease')),

  refused('apps/registry/src/use-cases/new-file.ts', importing('../http/routes'), imports),
  refused('apps/registry/src/use-cases/new-file.ts', importing('../adapters/memory'), imports),
  refused('apps/registry/src/use-cases/new-file.ts', importing('../config'), imports),
  refused('apps/registry/src/use-cases/new-file.ts', importing('express'), imports),
  allowed('apps/registry/src/use-cases/new-file.ts', importing('../ports/store')),

  refused('apps/registry/src/http/new-file.ts', importing('../adapters/memory'), imports),
  refused('apps/registry/src/http/new-file.ts', importing('../compose'), imports),
  allowed('apps/registry/src/http/new-file.ts', importing('../use-cases/register')),

  refused('apps/registry/src/http/new-file.ts', importing('../catalog/decisions/event-decision'), imports),
  refused('apps/registry/src/http/new-file.ts', importing('../lease-loop'), imports),
  refused('apps/registry/src/http/openapi/new-file.ts', importing('../../registry-core'), imports),
  allowed('apps/registry/src/http/new-file.ts', importing('../catalog/reference')),
  refused('apps/registry/src/access/new-file.ts', importing('../catalog/catalog'), imports),
  refused('apps/registry/src/access/new-file.ts', importing('../shares/shares'), imports),
  refused('apps/registry/src/access/new-file.ts', computing('Date.now()'), properties),
  refused('apps/registry/src/watch/new-file.ts', importing('../http/sse-response'), imports),
  refused('apps/registry/src/watch/new-file.ts', importing('../sessions/session-hub'), imports),
  refused('apps/registry/src/watch/new-file.ts', importing('../use-cases/drain'), imports),
  allowed('apps/registry/src/watch/new-file.ts', importing('../catalog/catalog')),
  refused('apps/registry/src/sessions/new-file.ts', importing('../http/caller'), imports),
  refused('apps/registry/src/sessions/new-file.ts', importing('../probing/probe-agenda'), imports),
  allowed('apps/registry/src/sessions/new-file.ts', importing('../watch/event-frame')),
  refused('apps/registry/src/probing/new-file.ts', importing('../ports/prober'), imports),
  refused('apps/registry/src/probing/new-file.ts', importing('../probe-loop'), imports),
  allowed('apps/registry/src/probing/new-file.ts', importing('../catalog/entry')),
  refused('apps/registry/src/shares/new-file.ts', importing('../access/scope'), imports),
  refused('apps/registry/src/shares/new-file.ts', importing('../errors'), imports),
  allowed('apps/registry/src/shares/new-file.ts', importing('../catalog/catalog')),
  refused('apps/registry/src/traffic/new-file.ts', importing('../watch/watch-hub'), imports),
  refused('apps/registry/src/traffic/new-file.ts', computing('Date.now()'), properties),
  allowed('apps/registry/src/traffic/new-file.ts', importing('../shares/shares')),
  refused('apps/registry/src/liveness.ts', importing('./http/caller'), imports),
  refused('apps/registry/src/watching.ts', importing('./shares/shares'), imports),
  allowed('apps/registry/src/liveness.ts', importing('./probe-loop')),
  refused('apps/registry/src/registry-core.ts', importing('./http/caller'), imports),
  refused('apps/registry/src/registry-core.ts', importing('./config'), imports),
  allowed('apps/registry/src/registry-core.ts', importing('./liveness')),

  refused('apps/registry/src/adapters/new-file.ts', importing('../http/routes'), imports),
  refused('apps/registry/src/adapters/new-file.ts', importing('../use-cases/register'), imports),
  allowed('apps/registry/src/adapters/new-file.ts', importing('../ports/store')),

  refused('apps/registry/src/new-loop.ts', importing('./adapters/memory'), imports),
  refused('apps/registry/src/new-loop.ts', importing('./config'), imports),
  allowed('apps/registry/src/new-loop.ts', importing('./use-cases/expire-leases')),

  refused('apps/registry/src/new-file.ts', importing('./adapters/memory'), imports),
  refused('apps/registry/src/main.ts', importing('./adapters/memory'), imports),
  allowed('apps/registry/src/compose.ts', importing('./adapters/memory')),
  allowed('apps/registry/src/adapters/memory.spec.ts', importing('../http/routes')),

  refused('apps/registry/src/http/new-file.ts', computing('process.env.PORT'), properties),
  refused('libs/registry-client/src/new-file.ts', computing('process.env.PORT'), properties),
  allowed('apps/registry/src/config.ts', computing('process.env.PORT')),

  refused('libs/contracts/src/new-file.ts', importing('@rollcall/load-balancing'), projects),
  refused('libs/load-balancing/src/new-file.ts', importing('@rollcall/contracts'), projects),
  refused('libs/service-kit/src/new-file.ts', importing('@rollcall/registry-client'), projects),
  refused('libs/registry-client/src/new-file.ts', importing('@rollcall/service-kit'), projects),
  refused('libs/testing/src/new-file.ts', importing('@rollcall/contracts'), projects),
  refused('apps/order/src/new-file.ts', importing('@rollcall/product'), projects),
  refused('apps/order/src/new-file.ts', importing('../../product/src/domain/product'), projects),
  refused('apps/order/src/new-file.ts', importing('undici'), projects),
  refused('libs/registered-service/src/new-file.ts', importing('@rollcall/product'), projects),
  refused('libs/resource-kit/src/new-file.ts', importing('@rollcall/registered-service'), projects),
  allowed('libs/registry-client/src/new-file.ts', importing('@rollcall/load-balancing')),
  allowed('libs/registered-service/src/new-file.ts', importing('@rollcall/registry-client')),
  allowed('libs/service-kit/src/new-file.ts', importing('@rollcall/contracts')),
  allowed('apps/order/src/new-file.ts', importing('@rollcall/service-kit')),

  refused(
    'libs/console/src/state/new-file.ts',
    importing('@rollcall/contracts', 'INSTANCE_STATUSES'),
    imports,
  ),
  refused(
    'libs/console/src/pages/new-file.ts',
    importing('@rollcall/contracts', 'INSTANCE_STATUSES'),
    imports,
  ),
  refused('libs/console/src/state/new-file.ts', importing('../shell/navigation'), imports),
  refused('libs/console/src/state/new-file.ts', importing('../parts/cell'), imports),
  refused('libs/console/src/state/new-file.ts', importing('preact/hooks'), imports),
  refused('libs/console/src/new-file.ts', importing('@rollcall/service-kit'), projects),
  allowed('libs/console/src/pages/new-file.ts', importing('../state/store')),
  allowed(
    'libs/console/src/state/new-file.ts',
    importing('@rollcall/contracts/latency-buckets', 'latencyBucket'),
  ),

  refused('apps/order/src/new-file.ts', importing('@rollcall/testing'), imports),
  refused('apps/order/src/new-file.ts', importing('@rollcall/registry-client/testing'), imports),
  refused('apps/order/src/new-file.ts', importing('@rollcall/registry-client/src/registrar'), imports),
  refused('apps/order/test/new.spec.ts', importing('@rollcall/contracts/dist/index.js'), imports),
  refused('apps/order/test/new.spec.ts', "jest.mock('../src/compose');\n", properties),
  allowed('apps/order/src/new.spec.ts', importing('@rollcall/testing')),
  allowed('apps/order/test/new.spec.ts', importing('@rollcall/registry-client/testing')),

  refused('apps/order/src/new-file.ts', "export * from './domain/order';\n", syntax),
  refused('apps/order/src/new-file.ts', 'export enum Colour {\n  Red,\n}\n', syntax),
  refused('apps/order/src/new-file.ts', "console.log('x');\n", 'no-console'),
  refused('apps/order/src/newFile.ts', computing('1'), 'rollcall/file-name'),
  refused('apps/order/src/utils.ts', computing('1'), 'rollcall/file-name'),
];

/** The rules each snippet broke, in the snippets' order. One process for all of them: loading ESLint is slow. */
function lint(): readonly (readonly string[])[] {
  const output = execFileSync(process.execPath, [join(workspace, 'tools/eslint/lint-snippets.mjs')], {
    cwd: workspace,
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[][];
}

describe('lint', () => {
  let broken: readonly (readonly string[])[] = [];

  beforeAll(() => {
    broken = lint();
  });

  const cases = snippets.map((snippet, index) => ({ ...snippet, index, line: snippet.code.split('\n')[0] }));

  test.each(cases.filter(({ refusedBy }) => refusedBy === undefined))(
    'allows in $filePath: $line',
    ({ index }) => {
      expect(broken[index]).toEqual([]);
    },
  );

  test.each(cases.filter(({ refusedBy }) => refusedBy !== undefined))(
    'refuses in $filePath: $line',
    ({ index, refusedBy }) => {
      expect(broken[index]).toContain(refusedBy);
    },
  );
});
