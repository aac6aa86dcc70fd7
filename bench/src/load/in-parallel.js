'use strict';

/**
 * Calls `work` for each item, a bounded number at a time.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} width
 * @param {(item: T) => Promise<void>} work
 * @returns {Promise<void>} rejects with the first failure
 */
async function inParallel(items, width, work) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      // The workers share one iterator: each takes the next item that nobody has taken.
      for (const item of queue) await work(item);
    }),
  );
}

module.exports = { inParallel };
