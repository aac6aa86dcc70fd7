import { randomBytes } from 'node:crypto';

/** So many random bytes, two lower-case hex digits each. */
export type RandomHex = (bytes: number) => string;

const POOL_BYTES = 4096;

/** Takes them from a pool that is filled now and then: to ask the system for a few at a time costs several times more. */
export function createRandomHex(): RandomHex {
  let pool = randomBytes(POOL_BYTES);
  let used = 0;
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  };
}
