import { open } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { TokenReading, TokenSource } from '../ports/token-source';
import { readTokenDocument } from './token-document';

const LARGEST_FILE = 1024 * 1024;

/**
 * Tokens in a JSON or YAML file (JSON is YAML), read anew each time: a mounted secret is replaced by a new link,
 * which watching the old file would miss, and a file may change twice within one tick of its time stamp.
 */
export function createTokenFile(path: string): TokenSource {
  return {
    async read() {
      try {
        return parse(await readBounded(path));
      } catch (error) {
        return { faults: [error instanceof Error ? error.message : String(error)] };
      }
    },
  };
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > LARGEST_FILE) throw new Error(`${path} is larger than ${LARGEST_FILE} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parse(text: string): TokenReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // Neither the parser's messages nor its excerpts: both repeat what stands there, which may be a token.
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(
        ({ code, pos }) => `line ${lines.linePos(pos[0]).line}: not YAML (${code})`,
      ),
    };
  return readTokenDocument(document.toJS());
}
