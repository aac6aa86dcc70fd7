import { createBoundedResolution } from './bounded-resolution';
import type { ResolveName } from './resolve-name';

const answering: ResolveName = (name) => Promise.resolve([{ address: `10.0.0.${name.length}`, family: 4 }]);
const failing: ResolveName = () => Promise.reject(new Error('ENOTFOUND'));

/** A resolver whose answers wait until they are let go. */
function holding() {
  const held: (() => void)[] = [];
  const resolve: ResolveName = () =>
    new Promise((done) => held.push(() => done([{ address: '10.0.0.1', family: 4 }])));
  return { resolve, held, release: () => held.splice(0).forEach((letGo) => letGo()) };
}

describe('bounded resolution', () => {
  it('answers the addresses of a name', async () => {
    const addressesOf = createBoundedResolution({ resolve: answering, timeoutMs: 1000, maxPending: 1 });
    expect(await addressesOf('abc')).toEqual(['10.0.0.3']);
  });

  it('knows nothing of a name that does not resolve', async () => {
    const addressesOf = createBoundedResolution({ resolve: failing, timeoutMs: 1000, maxPending: 1 });
    expect(await addressesOf('abc')).toBeUndefined();
  });

  it('knows nothing when the answer is late', async () => {
    const { resolve, held } = holding();
    const addressesOf = createBoundedResolution({ resolve, timeoutMs: 5, maxPending: 1 });
    expect(await addressesOf('slow')).toBeUndefined();
    expect(held).toHaveLength(1);
  });

  it('starts no further look-up while as many as allowed are under way, late ones included', async () => {
    const { resolve, held, release } = holding();
    const addressesOf = createBoundedResolution({ resolve, timeoutMs: 5, maxPending: 2 });
    await Promise.all([addressesOf('a'), addressesOf('b')]);
    expect(await addressesOf('c')).toBeUndefined();
    expect(held).toHaveLength(2);

    release();
    await new Promise(setImmediate);
    const later = addressesOf('d');
    release();
    expect(await later).toEqual(['10.0.0.1']);
  });
});
