import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { Fault } from '@rollcall/contracts';
import { readKeyPair, type KeyPair, type KeyPairFault } from './key-pair';

/** Where a certificate and its key are. */
export interface KeyPairFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The settings that name the two, for messages. Default: those of a server's own. */
  readonly settings?: KeyPairSettingNames;
}

export interface KeyPairSettingNames {
  readonly certFile: string;
  readonly keyFile: string;
}

export const SERVER_PAIR: KeyPairSettingNames = { certFile: 'TLS_CERT_FILE', keyFile: 'TLS_KEY_FILE' };

/** `path` of a fault is the variable that names the file. */
export type KeyPairFileReading = { readonly pair: KeyPair } | { readonly faults: readonly Fault[] };

/**
 * Reads both anew each time: a mounted secret is replaced by a new link, which watching the old file would miss. At
 * once and not in the background, so that the two are read as close to each other as can be.
 */
export function readKeyPairFiles({
  certFile,
  keyFile,
  settings = SERVER_PAIR,
}: KeyPairFiles): KeyPairFileReading {
  const [cert, key] = [readText(certFile, 'cert'), readText(keyFile, 'key')];
  const unread = [cert, key].filter((read) => typeof read !== 'string');
  if (typeof cert !== 'string' || typeof key !== 'string') return { faults: unread.map(named) };
  const reading = readKeyPair({ cert, key });
  return 'pair' in reading ? reading : { faults: reading.faults.map(named) };

  function named({ of, fault }: KeyPairFault): Fault {
    const [path, file] = of === 'cert' ? [settings.certFile, certFile] : [settings.keyFile, keyFile];
    return { path, message: `${path}: ${file} ${fault}` };
  }
}

function readText(file: string, of: KeyPairFault['of']): string | KeyPairFault {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return { of, fault: `cannot be read (${code})` };
  }
}
