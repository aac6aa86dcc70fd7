import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4096;

/** Random bytes from a store that is filled now and then: asking the system for eight at a time costs more than a header pass. */
export function createPooledRandomBytes(): (size: number) => Buffer {
  let pool = randomBytes(POOL_BYTES);
  let used = 0;
  return (size) => {
    if (used + size > POOL_BYTES) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}
