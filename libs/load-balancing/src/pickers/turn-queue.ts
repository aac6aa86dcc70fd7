/** Who is next of several, each of whom has a time (without a unit); of two with one time the first. */
export interface TurnQueue {
  /** -1 when there is nobody. */
  readonly next: number;
  /** Gives the next one a later time. */
  postpone(time: number): void;
}

/** A binary heap over two flat arrays: nothing is allocated once it is made. */
export function createTurnQueue(times: readonly number[]): TurnQueue {
  const count = times.length;
  const timeOf = Float64Array.from(times);
  const heap = Int32Array.from(times.keys());
  for (let place = (count >> 1) - 1; place >= 0; place -= 1) sink(place);

  function isBefore(one: number, other: number): boolean {
    const a = timeOf[one] ?? 0;
    const b = timeOf[other] ?? 0;
    return a < b || (a === b && one < other);
  }

  function sink(from: number): void {
    const sinking = heap[from] ?? 0;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= count) break;
      if (child + 1 < count && isBefore(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      const least = heap[child] ?? 0;
      if (!isBefore(least, sinking)) break;
      heap[place] = least;
      place = child;
    }
    heap[place] = sinking;
  }

  return {
    get next() {
      return heap[0] ?? -1;
    },
    postpone(time) {
      const first = heap[0];
      if (first === undefined) return;
      timeOf[first] = time;
      sink(0);
    },
  };
}
