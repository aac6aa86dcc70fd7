import { NOTHING_BROKEN, openLedger, type LedgerOptions } from './availability-ledger';
import type { ReplicatedCluster } from './replicated-cluster';

/**
 * Traffic goes on before a fault, during it and after it.
 *
 * @throws when the fault could not be made, or somebody noticed it
 */
export async function nobodyNotices(
  cluster: ReplicatedCluster,
  fault: () => Promise<unknown>,
  options?: LedgerOptions,
): Promise<void> {
  const ledger = await openLedger(cluster, options);
  await ledger.more(40);
  const went = await fault().then(
    () => 'well',
    (error: unknown) => error,
  );
  await ledger.more(80);
  const verdict = await ledger.close().catch((error: unknown) => error);
  // What went wrong first explains the rest.
  expect(went).toBe('well');
  expect(verdict).toEqual(NOTHING_BROKEN);
}
