'use strict';

/**
 * Calls `work` for each item in order, a bounded number at a time, for as long as it may.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} width
 * @param {(item: T) => Promise<void>} work
 * @param {() => boolean} [mayGoOn] asked before each item
 * @returns {Promise<number>} items done, which are the first ones; rejects with the first failure
 */
async function inParallel(items, width, work, mayGoOn = () => true) {
  let taken = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (taken < items.length && mayGoOn()) {
        const item = /** @type {T} */ (items[taken]);
        taken += 1;
        await work(item);
      }
    }),
  );
  return taken;
}

module.exports = { inParallel };
