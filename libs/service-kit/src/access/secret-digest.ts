import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * A secret's SHA-256, for comparing it and for keeping it. Only for secrets that cannot be guessed (random tokens);
 * passwords need a slow hash.
 */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In constant time: how long it takes says nothing of how much was right. */
export function sameDigest(one: Buffer, other: Buffer): boolean {
  return timingSafeEqual(one, other);
}

/** Compares digests, because comparing the secrets themselves would tell their length. */
export function sameSecret(one: string, other: string): boolean {
  return sameDigest(secretDigest(one), secretDigest(other));
}
