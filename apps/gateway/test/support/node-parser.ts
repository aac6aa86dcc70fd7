import { METHODS } from 'node:http';

/**
 * Node's own parser reads what callers send, and Node 20.19 has an older one (llhttp 8), which is laxer about where two
 * lines end and knows less of extensions and methods.
 */
export const hasStrictParser = Number.parseInt(process.versions['llhttp'] ?? '9', 10) >= 9;

/** Those of the methods given that this Node knows at all; the others are answered with 501. */
export function knownMethods(methods: readonly string[]): readonly string[] {
  return methods.filter((method) => METHODS.includes(method));
}
