import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { fileName } from './tools/eslint/file-name.mjs';
import { environmentReaders, layers, specFiles } from './tools/eslint/layers.mjs';
import {
  importRule,
  noEnvironment,
  projectRule,
  pureRules,
  specImportRule,
  specRules,
  syntaxRule,
} from './tools/eslint/rules.mjs';

const sources = ['apps/*/src/**/*.ts', 'libs/*/src/**/*.{ts,tsx}'];

export default defineConfig(
  { ignores: ['**/dist', 'libs/*/lib', 'apps/cli/lib', '**/out-tsc', '**/coverage', '.nx'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'rollcall/plain-javascript',
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: {
      'no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    name: 'rollcall/commonjs',
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' },
  },
  {
    name: 'rollcall/tools',
    files: ['tools/{checks,jest,launcher,packing,serve,workspace}/**/*.js', 'tools/*.mjs'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    name: 'rollcall/typescript',
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, rollcall: { rules: { 'file-name': fileName } } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'rollcall/file-name': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      ...syntaxRule,
      ...projectRule(),
    },
  },
  {
    name: 'rollcall/sources',
    files: sources,
    ignores: specFiles,
    rules: { 'max-lines': ['warn', { max: 200 }], ...noEnvironment },
  },
  ...layers.map((layer) => ({
    name: `rollcall/layer: ${layer.name}`,
    files: layer.files,
    ignores: specFiles,
    rules: { ...importRule(layer), ...(layer.pure ? pureRules : {}) },
  })),
  {
    name: 'rollcall/environment-readers',
    files: environmentReaders,
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    name: 'rollcall/specs',
    files: specFiles,
    rules: { ...specImportRule, ...specRules, ...projectRule(['layer:testing']) },
  },
  prettier,
);
