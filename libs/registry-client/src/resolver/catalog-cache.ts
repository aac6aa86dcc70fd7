import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { failureOfError, type RegistryFailure } from '../registry/registry-failure';
import { isInstance } from '../wire/instance-record';
import { isCount, isJsonRecord, isString } from '../wire/json-record';
import { isRouteClaim } from '../wire/route-claim';
import type { Snapshot } from './discovery-result';

/** What was known when it was written. */
export interface CachedCatalog {
  /** Wall-clock milliseconds. */
  readonly savedAt: number;
  readonly snapshots: readonly Snapshot[];
}

export type CacheReading =
  | { readonly kind: 'read'; readonly catalog: CachedCatalog }
  /** Nothing was ever written. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly failure: RegistryFailure };

/** Another shape gets another number, and is not read by who does not know it. */
const FORMAT = 1;
/** Ten thousand instances are about 5 MB. A larger catalog is not written: reading it would delay the start. */
const LONGEST_TEXT = 32 * 1024 * 1024;

/** Reads at once, for it happens before the start. Never throws: a file that cannot be used is as good as none. */
export function readCatalogCache(file: string): CacheReading {
  try {
    const catalog = parse(JSON.parse(readFileSync(file, 'utf8')));
    const failure = { code: 'CACHE_CORRUPT', message: `${file} is not a catalog of this version` };
    return catalog === undefined ? { kind: 'unusable', failure } : { kind: 'read', catalog };
  } catch (error) {
    const failure = failureOfError(error);
    return failure.code === 'ENOENT' ? { kind: 'none' } : { kind: 'unusable', failure };
  }
}

/**
 * Writes beside the file and renames, so that whoever reads it meets the old one or the new one and never a half.
 *
 * @returns why it could not be written, if so; never rejects
 */
export async function writeCatalogCache(
  file: string,
  { savedAt, snapshots }: CachedCatalog,
): Promise<RegistryFailure | undefined> {
  const text = JSON.stringify({ format: FORMAT, saved_at: savedAt, services: snapshots });
  if (text.length > LONGEST_TEXT)
    return { code: 'CACHE_TOO_LARGE', message: `${text.length} characters are too many to keep in ${file}` };
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    // Addresses and metadata of everything that is deployed are nobody else's business.
    await writeFile(temporary, text, { mode: 0o600, flush: true });
    await rename(temporary, file);
    return undefined;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return failureOfError(error);
  }
}

function parse(value: unknown): CachedCatalog | undefined {
  if (!isJsonRecord(value) || value['format'] !== FORMAT || !isCount(value['saved_at'])) return undefined;
  const { saved_at: savedAt, services } = value;
  return Array.isArray(services) && services.every(isSnapshot) ? { savedAt, snapshots: services } : undefined;
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    isJsonRecord(value) &&
    isString(value['serviceName']) &&
    isCount(value['revision']) &&
    Array.isArray(value['instances']) &&
    value['instances'].every(isInstance) &&
    (value['claims'] === undefined || (Array.isArray(value['claims']) && value['claims'].every(isRouteClaim)))
  );
}
