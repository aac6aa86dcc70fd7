/**
 * The arrows of docs/ARCHITECTURE.md as data: which way the imports may point, between projects (tags in each
 * package.json) and between the folders inside one. `rules.mjs` turns these tables into ESLint configuration;
 * tools/test/arrows.spec.ts shows that each of them bites.
 */

/** Project tag → tags it may import. Specs may import `layer:testing` on top. */
export const projectArrows = {
  'layer:contracts': ['layer:contracts'],
  'layer:pure': ['layer:pure'],
  'layer:guard': [],
  'layer:diagnosis': ['layer:contracts'],
  'layer:client': ['layer:contracts', 'layer:pure', 'layer:guard', 'layer:client'],
  'layer:telemetry': [],
  'layer:console': ['layer:contracts', 'layer:diagnosis'],
  'layer:driver': [],
  'layer:kit': ['layer:contracts', 'layer:guard', 'layer:telemetry', 'layer:kit'],
  'layer:service': ['layer:contracts', 'layer:pure', 'layer:client', 'layer:kit', 'layer:service'],
  'layer:app': [
    'layer:contracts',
    'layer:pure',
    'layer:guard',
    'layer:driver',
    'layer:client',
    'layer:kit',
    'layer:service',
  ],
  'layer:cli': ['layer:contracts', 'layer:diagnosis', 'layer:client', 'layer:kit', 'layer:app'],
  'layer:testing': ['layer:testing'],
  'layer:tools': ['layer:testing'],
  'layer:bench': ['layer:testing'],
  'layer:e2e': ['*'],
};

/** What a pure core may import besides its own folder: a package, and the names of it (all when absent). */
const purePackages = {
  '@rollcall/address-guard': ['plainAddress'],
  '@rollcall/contracts': undefined,
  '@rollcall/load-balancing': undefined,
  '@rollcall/service-kit': [
    'AppError',
    'TraceContext',
    'formatTraceFlags',
    'formatTraceparent',
    'isSampled',
    'printable',
    'sameDigest',
    'secretDigest',
  ],
  'ipaddr.js': undefined,
  'node:assert': undefined,
  'node:crypto': ['createHash', 'hash', 'timingSafeEqual'],
  'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList'],
  'node:util': ['isDeepStrictEqual'],
};

/** Files of an app or a library that only its composition may import. */
const COMPOSITION = ['compose', 'compose-*', 'main', 'worker-main'];
const LOOPS_AND_SETTINGS = [...COMPOSITION, 'config', '*-loop'];

/** What each folder of the gateway may import of the others. A folder that is not named here has to be added. */
const gatewayArrows = {
  headers: [],
  grpc: ['headers'],
  routing: [],
  policies: ['headers', 'routing'],
  tokens: ['policies', 'routing'],
  ports: ['headers', 'policies', 'routing'],
  'routes-file': ['grpc', 'policies', 'ports', 'routing', 'tokens'],
  upstreams: ['headers', 'policies', 'ports', 'routing'],
  proxy: ['grpc', 'headers', 'policies', 'ports', 'routing', 'upstreams'],
  metrics: ['ports', 'tokens', 'upstreams'],
  'use-cases': ['policies', 'ports', 'routing', 'upstreams'],
  operations: ['policies', 'routing', 'upstreams', 'use-cases'],
  cluster: ['metrics', 'operations', 'routing', 'use-cases'],
  adapters: ['grpc', 'headers', 'policies', 'ports', 'routes-file', 'routing'],
  http: [
    'grpc',
    'headers',
    'metrics',
    'operations',
    'policies',
    'ports',
    'proxy',
    'routes-file',
    'routing',
    'use-cases',
  ],
};

const gatewayPure = ['grpc', 'headers', 'policies', 'routing'];

const gatewayLayers = Object.entries(gatewayArrows).map(([folder, mayImport]) => ({
  name: `the gateway's ${folder}`,
  files: [`apps/gateway/src/${folder}/**/*.ts`],
  mayNotImport: {
    folders: Object.keys(gatewayArrows).filter((other) => other !== folder && !mayImport.includes(other)),
    files: LOOPS_AND_SETTINGS,
    packages: ['ports', 'use-cases', 'proxy', 'upstreams'].includes(folder)
      ? ['express', 'axios', 'undici', 'kysely', 'libsql', 'pg', 'winston']
      : [],
  },
  ...(gatewayPure.includes(folder) && { pure: purePackages }),
}));

/** The same for libraries of several folders; a folder that is not named may import all but what bans it below. */
const libraryArrows = {
  'registry-client': {
    wire: [],
    registry: ['wire'],
    resolver: ['registry', 'wire'],
    load: ['registry', 'wire'],
    questions: ['registry', 'wire'],
    registrar: ['load', 'registry', 'wire'],
    server: ['registrar', 'registry'],
    'service-client': ['load', 'registry', 'resolver'],
    settings: ['registrar', 'registry', 'wire'],
    testing: ['registrar', 'registry', 'resolver', 'wire'],
  },
  'load-balancing': {
    health: [],
    candidates: ['health'],
    pickers: ['candidates'],
    retries: ['candidates', 'health'],
  },
};

const libraryLayers = Object.entries(libraryArrows).flatMap(([library, arrows]) =>
  Object.entries(arrows).map(([folder, mayImport]) => ({
    name: `${folder} of ${library}`,
    files: [`libs/${library}/src/${folder}/**/*.ts`],
    mayNotImport: {
      folders: Object.keys(arrows).filter((other) => other !== folder && !mayImport.includes(other)),
      files: ['index'],
    },
    ...(library === 'load-balancing' && { pure: purePackages }),
  })),
);

/**
 * Layers inside a project, each with what its files may not import: folders and files of the same project by
 * name, packages by name; of the packages in `values` they may import types. A file belongs to the last layer that matches it; specs belong to none.
 * `pure` adds the bans on clocks, timers, chance, the environment and everything but `purePackages`.
 */
export const layers = [
  {
    name: 'anything without a layer of its own',
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    mayNotImport: { folders: ['adapters'] },
  },
  {
    name: 'a pure core',
    files: [
      'apps/*/src/catalog/**/*.ts',
      'apps/*/src/domain/**/*.ts',
      'apps/*/src/routing/**/*.ts',
      'apps/registry/src/access/**/*.ts',
      'libs/address-guard/src/judgement/**/*.ts',
    ],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases'],
      files: ['compose', 'compose-*', 'config', 'main', '*-loop'],
    },
    pure: purePackages,
  },
  {
    name: 'a port',
    files: ['apps/*/src/ports/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'use-cases'],
      files: ['compose', 'compose-*', 'config', 'main', '*-loop'],
      packages: ['express', 'axios', 'undici', 'kysely', 'libsql', 'pg', 'winston'],
    },
  },
  {
    name: 'a use-case',
    files: ['apps/*/src/use-cases/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters'],
      files: ['compose', 'compose-*', 'config', 'main', '*-loop'],
      packages: ['express', 'axios', 'undici', 'kysely', 'libsql', 'pg', 'winston'],
    },
  },
  {
    name: 'http',
    files: ['apps/*/src/http/**/*.ts'],
    mayNotImport: { folders: ['adapters'], files: ['compose', 'compose-*', 'main', '*-loop'] },
  },
  {
    name: "the registry's http",
    files: ['apps/registry/src/http/**/*.ts'],
    mayNotImport: {
      folders: ['adapters', 'catalog/decisions', 'catalog/changes', 'probing'],
      files: [
        'compose',
        'config',
        'main',
        '*-loop',
        'liveness',
        'watching',
        'registry-core',
        'registry-access',
        'registry-metrics',
      ],
    },
  },
  ...gatewayLayers,
  ...libraryLayers,
  {
    name: 'the console',
    files: ['libs/console/src/**/*.{ts,tsx}'],
    mayNotImport: { values: ['@rollcall/contracts'] },
  },
  {
    name: "the console's state",
    files: ['libs/console/src/state/**/*.ts'],
    mayNotImport: {
      folders: ['shell', 'pages', 'parts', 'acting'],
      packages: ['preact'],
      values: ['@rollcall/contracts'],
    },
  },
  {
    name: "a library's loop",
    files: ['libs/{resource-kit,service-kit}/src/**/*-loop.ts'],
    mayNotImport: { folders: ['http', 'routes', 'lifecycle', 'testing'], files: ['index'] },
  },
  {
    name: "the gateway's reload loop",
    files: ['apps/gateway/src/routes-reload-loop.ts'],
    mayNotImport: {
      folders: ['adapters', 'cluster', 'http', 'metrics', 'operations', 'policies', 'proxy', 'upstreams'],
      files: [...COMPOSITION, 'config'],
    },
  },
  {
    name: 'an adapter',
    files: ['apps/{order,product,registry}/src/adapters/**/*.ts'],
    mayNotImport: { folders: ['http', 'use-cases'], files: ['compose', 'compose-*', 'main', '*-loop'] },
  },
  {
    name: 'a loop',
    files: ['apps/registry/src/**/*-loop.ts', 'apps/gateway/src/write-round-loop.ts'],
    mayNotImport: { folders: ['http', 'adapters', 'proxy'], files: [...COMPOSITION, 'config'] },
  },
  {
    name: "the registry's access",
    files: ['apps/registry/src/access/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'watch', 'sessions', 'probing', 'shares'],
      files: ['catalog', 'compose', 'config', 'main', '*-loop'],
    },
    pure: purePackages,
  },
  {
    name: "the registry's watch",
    files: ['apps/registry/src/watch/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'sessions', 'probing', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's streams for people",
    files: ['apps/registry/src/live/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'access', 'sessions', 'probing', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's questions",
    files: ['apps/registry/src/questions/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'use-cases', 'access', 'sessions', 'probing'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's sessions",
    files: ['apps/registry/src/sessions/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'probing', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's probing",
    files: ['apps/registry/src/probing/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'watch', 'sessions', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's shares",
    files: ['apps/registry/src/shares/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'watch', 'sessions', 'probing'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's traffic",
    files: ['apps/registry/src/traffic/**/*.ts'],
    mayNotImport: {
      folders: [
        'http',
        'adapters',
        'ports',
        'use-cases',
        'access',
        'watch',
        'sessions',
        'probing',
        'replicas',
      ],
      files: ['catalog', 'compose', 'compose-*', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
    pure: purePackages,
  },
  {
    name: "the registry's replicas",
    files: ['apps/registry/src/replicas/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'use-cases', 'access', 'watch', 'sessions', 'probing', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's liveness, watching and replication",
    files: [
      'apps/registry/src/{liveness,watching,leadership,leader-duties,replicas,replica-drains,replication}.ts',
    ],
    mayNotImport: {
      folders: ['http', 'adapters', 'access', 'shares'],
      files: ['compose', 'config', 'main', 'registry-*', 'errors', '*-errors'],
    },
  },
  {
    name: "the registry's core",
    files: ['apps/registry/src/registry-*.ts'],
    mayNotImport: { folders: ['http', 'adapters'], files: ['compose', 'config', 'main'] },
  },
  {
    name: 'the composition',
    files: ['apps/*/src/compose.ts', 'apps/*/src/compose-*.ts'],
    mayNotImport: { files: ['main'] },
  },
  {
    name: 'main',
    files: ['apps/*/src/main.ts'],
    mayNotImport: { folders: ['http', 'adapters', 'ports', 'use-cases'] },
  },
  {
    name: "a worker's main",
    files: ['apps/gateway/src/worker-main.ts'],
    mayNotImport: {
      folders: Object.keys(gatewayArrows).filter((folder) => folder !== 'cluster'),
      files: ['main', 'compose', 'compose-worker-pool', '*-loop'],
    },
  },
];

/** The only source files that may look at `process.env`. */
export const environmentReaders = [
  'apps/*/src/config.ts',
  'apps/*/src/main.ts',
  'libs/service-kit/src/**/run-service.ts',
  'libs/registry-client/src/settings/from-env.ts',
  'libs/testing/src/**/*.ts',
];

export const specFiles = ['**/*.spec.ts', '*/*/test/**/*.ts', 'e2e/**/*.ts', 'tools/**/*.ts'];
