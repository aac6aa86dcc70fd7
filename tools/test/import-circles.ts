import { posix } from 'node:path';
import { preProcessFile } from 'typescript';

/** Text of each source file, by its path from the workspace's root. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Files that import each other in a circle, type imports included: strongly connected components of more than one file
 * (Tarjan, "Depth-first search and linear graph algorithms", 1972). None of them can be read, moved or replaced alone.
 */
export function importCircles(sources: Sources): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];

  function visit(file: string): number {
    const own = index.size;
    index.set(file, own);
    low.set(file, own);
    stack.push(file);
    for (const imported of importsOf(file, sources)) {
      const reached = index.has(imported)
        ? stack.includes(imported)
          ? index.get(imported)
          : undefined
        : visit(imported);
      if (reached !== undefined) low.set(file, Math.min(low.get(file) ?? own, reached));
    }
    const lowest = low.get(file) ?? own;
    if (lowest === own) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest;
  }

  for (const file of sources.keys()) if (!index.has(file)) visit(file);
  return circles;
}

/** The workspace's own files that one imports by a relative path. */
function importsOf(file: string, sources: Sources): string[] {
  const { importedFiles } = preProcessFile(sources.get(file) ?? '', true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [];
    const path = posix.join(posix.dirname(file), fileName);
    return [`${path}.ts`, `${path}/index.ts`].filter((candidate) => sources.has(candidate));
  });
}
