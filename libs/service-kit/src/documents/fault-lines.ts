import type { DocumentFault } from './read-document';

/** Whoever mends a file by them reads no more. */
const MOST_LINES = 20;

/** Faults of a file for people, a line each, as compilers write them: `routes.yaml:5:7: route /a: …`. */
export function faultLines(
  faults: readonly (DocumentFault & { readonly file: string })[],
): readonly string[] {
  const lines = faults
    .slice(0, MOST_LINES)
    .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  return faults.length > MOST_LINES ? [...lines, `and ${faults.length - MOST_LINES} more`] : lines;
}
