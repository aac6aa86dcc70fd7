import { packageOf, renameModules } from '../../packing/module-names';

const renamed = (text: string) =>
  renameModules(text, (name) => (name === '@ours/inner' ? '../inner/index' : name));

test.each([
  ['a require', `const a = __importStar(require("@ours/inner"));`],
  ['a require inside a function', `function f() { return require('@ours/inner'); }`],
  ['an import', `import { a } from '@ours/inner';`],
  ['an import of types', `import type { A } from '@ours/inner';`],
  ['a re-export', `export { a } from '@ours/inner';`],
  ['an import that is called', `const a = import('@ours/inner');`],
  ['an inferred type', `export declare const a: import("@ours/inner").A;`],
])('%s gets the other name', (_form, text) => {
  expect(renamed(text)).toBe(text.replace('@ours/inner', '../inner/index'));
});

test('every name in a file is looked at, and what keeps its name stays byte by byte', () => {
  const text = `"use strict";\nvar a = require("@ours/inner");\nvar b = require('./b');\nvar c = require("@ours/inner");\n`;

  expect(renamed(text)).toBe(text.replaceAll('@ours/inner', '../inner/index'));
});

test('a string or a comment that looks like an import is left alone', () => {
  const text = `// require("@ours/inner")\nconst hint = 'import "@ours/inner"';\nconst name = "@ours/inner";\n`;

  expect(renamed(text)).toBe(text);
});

test.each([
  ['axios', 'axios'],
  ['axios/unsafe/core', 'axios'],
  ['@hapi/hoek', '@hapi/hoek'],
  ['@hapi/hoek/lib/assert', '@hapi/hoek'],
])('%s is in the package %s', (name, expected) => {
  expect(packageOf(name)).toBe(expected);
});
