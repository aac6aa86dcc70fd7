/**
 * The buckets in which latencies are counted wherever load is reported. Bucket 0 is up to 0.1 ms, and each further one ends
 * 1.2 times as far, the last one but for what is longer at 60 s. Counts of several callers, or of several moments, are
 * added bucket by bucket. A percentile is off by less than 10 % whatever the latencies are: half a bucket.
 */
export const LATENCY_BUCKETS = 74;

const FIRST_BOUND_MS = 0.1;
const FACTOR = 1.2;
const PER_FACTOR = 1 / Math.log(FACTOR);
const LAST = LATENCY_BUCKETS - 1;

/** By bucket: the longest latency that is counted in it, milliseconds. The last bucket has the longer ones, too. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from(
  { length: LATENCY_BUCKETS },
  (_, bucket) => FIRST_BOUND_MS * FACTOR ** bucket,
);

/** Counts by bucket: all of them, as in a typed array, or only those that are not 0, as on the wire. */
export type LatencyCounts = ArrayLike<number> | Readonly<Record<string, number>>;

/** The bucket of a latency. Whatever is no latency is counted as the shortest. */
export function latencyBucket(ms: number): number {
  if (!(ms > FIRST_BOUND_MS)) return 0;
  const bucket = Math.ceil(Math.log(ms / FIRST_BOUND_MS) * PER_FACTOR);
  return bucket < LAST ? bucket : LAST;
}

/**
 * The latency that the share of them does not exceed, milliseconds: the geometric middle of its bucket; `null` without a
 * count.
 *
 * @param share 0.99 for p99
 */
export function latencyPercentile(counts: LatencyCounts, share: number): number | null {
  const list: ArrayLike<number | undefined> = { ...counts, length: LATENCY_BUCKETS };
  let total = 0;
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket += 1) total += list[bucket] ?? 0;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(total * share));
  let counted = 0;
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket += 1) {
    counted += list[bucket] ?? 0;
    if (counted >= rank) return middleOf(bucket);
  }
  return middleOf(LAST);
}

/** Adds counts to others, bucket by bucket. */
export function addLatencies(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [bucket, count] of Object.entries(counts)) sum[bucket] = (sum[bucket] ?? 0) + count;
}

function middleOf(bucket: number): number {
  return (FIRST_BOUND_MS * FACTOR ** bucket) / Math.sqrt(FACTOR);
}
