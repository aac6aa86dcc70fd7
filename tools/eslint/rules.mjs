import { projectArrows } from './layers.mjs';

/** A relative import with a folder of this name in its path. */
const folderPattern = (folder) => `^\\.{1,2}/(?:.*/)?${folder}(?:/|$)`;

/** A relative import of a file of this name (`*` stands for any part of a name). */
const filePattern = (file) => `^\\.{1,2}/(?:.*/)?${file.replace('*', '[^/]*')}$`;

const packagePattern = (name) => `^${name.replaceAll('.', '\\.')}(?:/|$)`;

/** Holds in every TypeScript file: a project is imported by its name, never by a path into it. */
const noDeepImports = {
  regex:
    '^@rollcall/(?!testing/(?:certificates|databases|etcd)$|contracts/(?:canonical-instance-url|latency-buckets|longest-answer)$|(?:gateway|registry)/for-operators$)[^/]+/(?!testing$)',
  message: 'Import a project by its name; only what its index.ts exports is public.',
};

/** Test doubles never reach production code. */
const noTestingInSource = {
  regex: '^@rollcall/(?:testing$|[^/]+/testing$)',
  message: 'Only specs may import test doubles.',
};

const purePatterns = (name, allowed) => [
  {
    regex: `^(?!\\.|(?:${Object.keys(allowed).join('|').replaceAll('.', '\\.')})$)`,
    message: `${name} computes: no I/O, no framework, no clock. Take what you need as an argument.`,
  },
  ...Object.entries(allowed).flatMap(([source, names]) =>
    names
      ? [
          {
            regex: packagePattern(source),
            allowImportNames: names,
            message: `${name} may use only ${names}.`,
          },
        ]
      : [],
  ),
];

const layerPatterns = ({ name, mayNotImport, pure }) => [
  noDeepImports,
  noTestingInSource,
  ...(mayNotImport.folders ?? []).map((folder) => ({
    regex: folderPattern(folder),
    message: `${name} may not import ${folder}/ (docs/ARCHITECTURE.md).`,
  })),
  ...(mayNotImport.files ?? []).map((file) => ({
    regex: filePattern(file),
    message: `${name} may not import ${file} (docs/ARCHITECTURE.md).`,
  })),
  ...(mayNotImport.packages ?? []).map((source) => ({
    regex: packagePattern(source),
    message: `${name} may not import ${source} (docs/ARCHITECTURE.md).`,
  })),
  ...(mayNotImport.values ?? []).map((source) => ({
    regex: `^${source}$`,
    allowTypeImports: true,
    message: `${name} may import only types of ${source}: the rest brings joi along.`,
  })),
  ...(pure ? purePatterns(name, pure) : []),
];

/** The import rule of one layer. Complete in itself, because ESLint's last matching entry replaces the others. */
export const importRule = (layer) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: layerPatterns(layer) }],
});

/** The import rule of specs, which may import everything of their own project and test doubles. */
export const specImportRule = {
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: [noDeepImports] }],
};

/** The arrows between projects; `extra` are tags that every project may import. */
export const projectRule = (extra = []) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      banTransitiveDependencies: true,
      depConstraints: Object.entries(projectArrows).map(([sourceTag, tags]) => ({
        sourceTag,
        onlyDependOnLibsWithTags: [...tags, ...extra],
      })),
    },
  ],
});

const environment = {
  object: 'process',
  property: 'env',
  message: 'Only config.ts reads the environment; take the setting as an option.',
};

/** Bans `process.env` outside the files that may read it. */
export const noEnvironment = { 'no-restricted-properties': ['error', environment] };

const everywhereSyntax = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
];

export const syntaxRule = { 'no-restricted-syntax': ['error', ...everywhereSyntax] };

/** What makes a function's answer depend on more than its arguments. */
export const pureRules = {
  'no-restricted-globals': [
    'error',
    ...[
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'performance',
      'process',
      'fetch',
      'crypto',
    ].map((name) => ({ name, message: 'A pure core takes `now`, `random` and settings as arguments.' })),
  ],
  'no-restricted-properties': [
    'error',
    environment,
    { object: 'Date', property: 'now', message: 'Take `now` as an argument.' },
    { object: 'Math', property: 'random', message: 'Take `random` as an argument.' },
  ],
  'no-restricted-syntax': [
    'error',
    ...everywhereSyntax,
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'Take `now` as an argument.',
    },
    { selector: 'CallExpression[callee.name="Date"]', message: 'Take `now` as an argument.' },
    {
      selector: 'TSAsExpression:not([typeAnnotation.typeName.name="const"])',
      message: 'A pure core gets parsed values: narrow instead of asserting.',
    },
  ],
};

/** A fixed bound fails on a slow machine, where it is often less than the preset's, which is scaled. */
const SCALED_TIMEOUT =
  'Leave the time-out to the preset, or multiply it with `timeScale` of @rollcall/testing.';
const specFunction = '/^(it|test|beforeAll|beforeEach|afterAll|afterEach)$/';

/** Our own modules are never mocked: their real doubles are handed in. */
export const specRules = {
  'no-restricted-syntax': [
    'error',
    ...everywhereSyntax,
    ...[
      `callee.name=${specFunction}`,
      `callee.object.name=${specFunction}`,
      `callee.callee.object.name=${specFunction}`,
    ].map((callee) => ({
      selector: `CallExpression[${callee}] > Literal[raw=/^[0-9]/]`,
      message: SCALED_TIMEOUT,
    })),
  ],
  'no-restricted-properties': [
    'error',
    ...['mock', 'doMock', 'setMock'].map((property) => ({
      object: 'jest',
      property,
      message: 'Hand in a double instead of mocking a module.',
    })),
  ],
};
