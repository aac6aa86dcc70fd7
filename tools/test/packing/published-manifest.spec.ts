import { publishedManifest } from '../../packing/published-manifest';

const folders = { compiled: 'dist', published: 'lib' };

const consumer = {
  name: '@ours/client',
  version: '1.2.3',
  main: './dist/index.js',
  exports: {
    '.': { '@rollcall/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  files: ['dist', '!**/*.tsbuildinfo'],
  scripts: { prepack: 'node pack.mjs' },
  dependencies: { '@ours/inner': '^1.0.0', axios: '^1.13.0' },
  devDependencies: { '@ours/testing': '^1.0.0' },
  nx: { tags: [] },
};
const inner = { name: '@ours/inner', dependencies: { joi: '^18.0.0', axios: '^1.13.0' } };

test('nothing of the workspace is left, and what was embedded is needed no more', () => {
  expect(publishedManifest(consumer, [inner], folders)).toEqual({
    name: '@ours/client',
    version: '1.2.3',
    main: './lib/index.js',
    exports: {
      '.': { types: './lib/index.d.ts', module: './lib/index.mjs', default: './lib/index.js' },
      './package.json': './package.json',
    },
    files: ['lib'],
    dependencies: { axios: '^1.13.0', joi: '^18.0.0' },
  });
});

test('the types come before what is run, and bundlers have an entry before everybody’s, for the first condition that holds is taken', () => {
  const { exports } = publishedManifest(consumer, [inner], folders);

  expect(JSON.stringify(exports)).toMatch(/"types".*"module".*"default"/);
});

test('two ranges for one package are refused: one of them would be lost', () => {
  const other = { ...inner, dependencies: { axios: '^2.0.0' } };

  expect(() => publishedManifest(consumer, [other], folders)).toThrow('@ours/inner needs axios ^2.0.0');
});
