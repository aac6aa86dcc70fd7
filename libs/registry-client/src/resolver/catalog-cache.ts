import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
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

/** A catalog to be written. What it yields is asked for bit by bit while the process does other things. */
export interface CatalogToCache {
  readonly savedAt: number;
  readonly snapshots: Iterable<Snapshot>;
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
/** Characters that are made at once, in about half a millisecond. Higher holds up the event loop; lower writes more often. */
const PIECE = 64 * 1024;

/** Reads at once, for it happens before the start. Never throws: a file that cannot be used is as good as none. */
export function readCatalogCache(file: string): CacheReading {
  try {
    const catalog = parse(JSON.parse(readFileSync(file, 'utf8')));
    const failure = {
      code: 'CACHE_CORRUPT',
      message: `${file} does not hold a catalog of format ${FORMAT}; it is ignored and written anew`,
    };
    return catalog === undefined ? { kind: 'unusable', failure } : { kind: 'read', catalog };
  } catch (error) {
    const failure = failureOfError(error);
    return failure.code === 'ENOENT' ? { kind: 'none' } : { kind: 'unusable', failure };
  }
}

/**
 * Writes beside the file and renames, so that a reader sees the old file or the new one and never a part. The
 * text is made piece by piece: ten thousand instances at once would keep the event loop from everything else for tens
 * of milliseconds. Each service is written as it was in one moment; of different ones, one may be newer.
 *
 * @returns why it could not be written, if so; never rejects
 */
export async function writeCatalogCache(
  file: string,
  catalog: CatalogToCache,
): Promise<RegistryFailure | undefined> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    // Readable by its owner only: it has addresses and metadata of everything that is deployed.
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await writeAll(handle, catalog);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    return undefined;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return failureOfError(error);
  }
}

async function writeAll(handle: FileHandle, catalog: CatalogToCache): Promise<void> {
  let length = 0;
  for (const piece of piecesOf(catalog)) {
    length += piece.length;
    if (length > LONGEST_TEXT) {
      const message = `the catalog is longer than ${LONGEST_TEXT} characters, the limit of a cache file`;
      throw Object.assign(new Error(message), { code: 'CACHE_TOO_LARGE' });
    }
    await handle.writeFile(piece);
  }
}

/** The JSON text of a catalog in pieces of `PIECE` characters and at most one instance more, made as they are asked for. */
export function* piecesOf({ savedAt, snapshots }: CatalogToCache): Generator<string> {
  let piece = `{"format":${FORMAT},"saved_at":${savedAt},"services":[`;
  let separator = '';
  for (const { instances, ...service } of snapshots) {
    piece += `${separator}${JSON.stringify(service).slice(0, -1)},"instances":[`;
    separator = '';
    for (const instance of instances) {
      piece += separator + JSON.stringify(instance);
      separator = ',';
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    piece += ']}';
    separator = ',';
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
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
