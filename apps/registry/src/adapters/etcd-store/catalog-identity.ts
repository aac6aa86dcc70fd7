import type { EtcdClient, KeyValue, Operation } from '@rollcall/etcd-client';
import { etcdCatalogForeign, etcdCatalogNewer } from './etcd-errors';
import type { EtcdKeys } from './etcd-keys';
import { hasShape, isNumber, isText, valueOf } from './stored-value';

/** Which catalog it is that etcd has. */
export interface CatalogIdentity {
  readonly catalogId: string;
  /** By this host's clock, since those of different hosts are not compared: just now, or long ago. */
  readonly begunAt: number;
  readonly revision: number;
}

export interface IdentityOptions {
  readonly client: EtcdClient;
  readonly keys: EtcdKeys;
  readonly newId: () => string;
  /** How long a new catalog is not complete: one lease of an instance. */
  readonly warmSeconds: number;
  readonly epochMs: number;
}

/** When a catalog has begun of which nothing is missing any more. */
export const LONG_AGO = 1;
/** Raise it when an older registry would misunderstand what is written. */
const FORMAT = 1;

interface Meta {
  readonly catalogId: string;
  readonly minReader: number;
}

/**
 * Reads the identity of the catalog; begins one where there is none.
 *
 * @param isOver whether that catalog is another one by now, as after a restored backup: then a new one begins with what
 *   etcd has, by whichever replica is first
 * @throws EtcdError, or AppError when this registry must not use what is there
 */
export async function identifyCatalog(
  options: IdentityOptions,
  isOver: (catalogId: string, revision: number) => boolean,
): Promise<CatalogIdentity> {
  const { client, keys } = options;
  for (;;) {
    const { revision, results } = await client.txn({
      success: [{ range: { key: keys.meta } }, { range: { key: keys.warm } }],
    });
    const [kept, warm] = results.map((result) => (result.kind === 'range' ? result.keyValues[0] : undefined));
    const meta = kept && readMeta(kept);
    if (meta !== undefined && !isOver(meta.catalogId, revision))
      return {
        catalogId: meta.catalogId,
        begunAt: warm === undefined ? LONG_AGO : options.epochMs,
        revision,
      };
    await begin(options, kept?.modRevision ?? 0);
  }
}

/** The other replicas do the same at this moment; who is late reads what the first has written. */
async function begin(
  { client, keys, newId, warmSeconds, epochMs }: IdentityOptions,
  modRevision: number,
): Promise<void> {
  const { id: lease } = await client.grantLease(warmSeconds);
  const meta = { v: 1, catalogId: newId(), minReader: FORMAT, begun: epochMs };
  const success: Operation[] = [
    { put: { key: keys.meta, value: JSON.stringify(meta) } },
    { put: { key: keys.warm, value: JSON.stringify({ v: 1 }), lease } },
  ];
  await client.txn({ compare: [{ key: keys.meta, modRevision }], success });
}

const isMeta = hasShape({ v: isNumber, catalogId: isText, minReader: isNumber });

function readMeta({ key, value }: KeyValue): Meta {
  const read = valueOf(value);
  if (!isMeta(read)) throw etcdCatalogForeign(key);
  const meta = read as unknown as Meta;
  if (meta.minReader > FORMAT) throw etcdCatalogNewer(meta.minReader, FORMAT);
  return meta;
}
