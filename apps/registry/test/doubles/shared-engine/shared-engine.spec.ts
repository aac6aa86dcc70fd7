import { createFakeClock } from '@rollcall/testing';
import { describeCatalogStore } from '../../catalog-store-contract';
import { describeSharedStore } from '../../shared-store-contract';
import { createSharedEngine } from './shared-engine';

describeCatalogStore(
  'an engine in memory',
  () => createSharedEngine(createFakeClock(), setImmediate).replica('one').store,
);

describeSharedStore('an engine in memory', async () => {
  const engine = createSharedEngine(createFakeClock(), setImmediate);
  let replicas = 0;
  return {
    store: () => engine.replica(`replica-${(replicas += 1)}`).store,
    elect: () => Promise.resolve(engine.log.elect('leader')),
    close: () => Promise.resolve(),
  };
});
