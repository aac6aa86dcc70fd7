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
  'layer:client': ['layer:contracts', 'layer:pure', 'layer:guard', 'layer:client'],
  'layer:kit': ['layer:contracts', 'layer:guard', 'layer:kit'],
  'layer:service': ['layer:contracts', 'layer:pure', 'layer:client', 'layer:kit', 'layer:service'],
  'layer:app': ['layer:contracts', 'layer:pure', 'layer:guard', 'layer:client', 'layer:kit', 'layer:service'],
  'layer:testing': ['layer:testing'],
  'layer:tools': ['layer:testing'],
  'layer:bench': ['layer:testing'],
  'layer:e2e': ['*'],
};

/** What a pure core may import besides its own folder: a package, and the names of it (all when absent). */
const purePackages = {
  '@rollcall/contracts': undefined,
  '@rollcall/load-balancing': undefined,
  '@rollcall/service-kit': [
    'AppError',
    'TraceContext',
    'formatTraceFlags',
    'formatTraceparent',
    'isSampled',
    'sameDigest',
    'secretDigest',
  ],
  'ipaddr.js': undefined,
  'node:assert': undefined,
  'node:crypto': ['createHash', 'timingSafeEqual'],
  'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList'],
  'node:util': ['isDeepStrictEqual'],
};

/**
 * Layers inside a project, each with what its files may not import: folders and files of the same project by
 * name, packages by name. A file belongs to the last layer that matches it; specs belong to none.
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
      'apps/gateway/src/headers/**/*.ts',
      'apps/gateway/src/policies/**/*.ts',
      'apps/registry/src/access/**/*.ts',
      'libs/address-guard/src/judgement/**/*.ts',
      'libs/load-balancing/src/{candidates,health,pickers,retries}/**/*.ts',
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
  {
    name: 'an adapter',
    files: ['apps/*/src/adapters/**/*.ts'],
    mayNotImport: { folders: ['http', 'use-cases'], files: ['compose', 'compose-*', 'main', '*-loop'] },
  },
  {
    name: 'a loop',
    files: ['apps/*/src/**/*-loop.ts'],
    mayNotImport: { folders: ['http', 'adapters'], files: ['compose', 'compose-*', 'config', 'main'] },
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
      files: ['compose', 'config', 'main', '*-loop', 'errors'],
    },
  },
  {
    name: "the registry's sessions",
    files: ['apps/registry/src/sessions/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'probing', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors'],
    },
  },
  {
    name: "the registry's probing",
    files: ['apps/registry/src/probing/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'watch', 'sessions', 'shares'],
      files: ['compose', 'config', 'main', '*-loop', 'errors'],
    },
  },
  {
    name: "the registry's shares",
    files: ['apps/registry/src/shares/**/*.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'ports', 'use-cases', 'access', 'watch', 'sessions', 'probing'],
      files: ['compose', 'config', 'main', '*-loop', 'errors'],
    },
  },
  {
    name: "the registry's liveness and watching",
    files: ['apps/registry/src/{liveness,watching}.ts'],
    mayNotImport: {
      folders: ['http', 'adapters', 'access', 'shares'],
      files: ['compose', 'config', 'main', 'registry-*', 'errors'],
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
