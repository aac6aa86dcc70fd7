import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { etcdIsInstalled, startEtcdCluster } from '@rollcall/testing/etcd';
import { loadedBy } from '../src/loaded-by';

/** What talks to etcd: ours, gRPC, and what reads its proto file. */
const ETCD = /libs\/etcd-client\/|adapters\/etcd-store\/|compose-etcd|@grpc\/|protobufjs/;
const withEtcd = etcdIsInstalled ? it : it.skip;

describe('a registry that keeps its catalog itself', () => {
  it('loads nothing that talks to etcd', async () => {
    expect(await loadedBy('registry', ETCD)).toEqual([]);
  });

  it('loads nothing of it either where a data directory is kept', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'rollcall-data-'));
    expect(await loadedBy('registry', ETCD, { DATA_DIR: dir })).toEqual([]);
    await rm(dir, { recursive: true });
  });
});

withEtcd('a registry over etcd has loaded it', async () => {
  const etcd = await startEtcdCluster({ size: 1 });
  try {
    const settings = { REGISTRY_STORE: 'etcd', ETCD_ENDPOINTS: etcd.endpoints.join() };
    const loaded = (await loadedBy('registry', ETCD, settings)).join();
    for (const part of [/compose-etcd\.js/, /etcd-client\/dist/, /@grpc\/grpc-js/, /protobufjs/])
      expect(loaded).toMatch(part);
  } finally {
    await etcd.discard();
  }
});
