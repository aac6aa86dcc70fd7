import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { whyUnreadable } from '@rollcall/service-kit';
import type { RoutesReading, RoutesSource } from '../ports/routes-source';
import { parseRoutesFile, type ParseOptions } from '../routes-file/parse-routes-file';

type Content = { readonly text: string } | { readonly why: string };

/**
 * A routes file and the files of keys that it names. Read whole each time: a mounted file is replaced by a new link, which
 * watching the old one would miss, and may change twice within one tick of its time stamp.
 */
export function createRoutesFile(
  path: string,
  settings: Omit<ParseOptions, 'file' | 'readBeside'>,
): RoutesSource {
  /** Files that the routes file named when it was last parsed. Should it name others, its own text has changed. */
  let beside: readonly string[] = [];

  function read(): RoutesReading {
    const content = contentOf(path);
    const hash = hashOf([content, ...beside.map(contentOf)]);
    return {
      hash,
      parse() {
        if ('why' in content)
          return { hash, faults: [{ file: path, line: 1, column: 1, path: '', message: content.why }] };
        const named = new Map<string, Content>();
        const parsed = parseRoutesFile(content.text, {
          file: path,
          ...settings,
          readBeside(name) {
            const file = resolve(dirname(path), name);
            const read = named.get(file) ?? contentOf(file);
            named.set(file, read);
            return { file, ...read };
          },
        });
        beside = [...named.keys()];
        return { ...parsed, hash: hashOf([content, ...named.values()]) };
      },
    };
  }

  return { name: path, read };
}

function contentOf(file: string): Content {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { why: whyUnreadable(error) };
  }
}

function hashOf(contents: readonly Content[]): string {
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 16);
}
