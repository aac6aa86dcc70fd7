import { open } from 'node:fs/promises';
import { whyUnreadable } from '@rollcall/service-kit';
import type { TokenSource } from '../ports/token-source';
import { readTokenDocument, type TokenDocumentPort } from './token-document';

const LARGEST_FILE = 1024 * 1024;

/**
 * Tokens in a JSON or YAML file (JSON is YAML), read anew each time: a mounted secret is replaced by a new link,
 * which watching the old file would miss, and a file may change twice within one tick of its time stamp.
 */
export function createTokenFile(path: string, port?: TokenDocumentPort): TokenSource {
  return {
    async read() {
      try {
        return readTokenDocument(await readBounded(path), path, port);
      } catch (error) {
        return { faults: [`${path}: ${whyUnreadable(error)}`] };
      }
    },
  };
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > LARGEST_FILE) throw new Error(`it is larger than ${LARGEST_FILE} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
