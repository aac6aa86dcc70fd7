import { mix, stringHash } from './string-hash';

export interface RingMember {
  readonly id: string;
  readonly weight: number;
}

/** A circle of 2³² places, on which each member owns some: the ones from each of its points back to the one before. */
export interface HashRing {
  readonly points: number;
  /** Index of the point that owns a place (0 … 2³²−1). */
  pointAt(place: number): number;
  /** The member, by its index in the list, whose point that is. Points wrap around. */
  memberAt(point: number): number;
}

/**
 * For an ordinary weight (100). Few points make shares uneven (about 12 % with these), many make a ring of a thousand
 * members slow to build (these take some ten milliseconds).
 */
const POINTS = 64;

/** Place and owner of a point in one number, so that they are sorted as numbers: 32 bits and 20. */
const OWNERS = 2 ** 20;

/**
 * Where a member's points lie depends on nothing but its id, and how many it has on its weight: who comes takes places
 * from the others and who goes leaves its own to them, and nobody else's change hands.
 */
export function createHashRing(members: readonly RingMember[]): HashRing {
  // Where two points meet the order of ids decides, not that of the list.
  const order = [...members.keys()].sort((a, b) =>
    (members[a]?.id ?? '') < (members[b]?.id ?? '') ? -1 : 1,
  );
  const keys: number[] = [];
  for (const [rank, index] of order.entries()) {
    const member = members[index];
    if (member === undefined) continue;
    const start = stringHash(member.id);
    const step = stringHash(member.id, 1) | 1;
    const count = Math.max(1, Math.round((POINTS * member.weight) / 100));
    for (let point = 0; point < count; point += 1)
      keys.push(mix(start + Math.imul(point, step)) * OWNERS + rank);
  }
  const sorted = Float64Array.from(keys).sort();
  const places = Uint32Array.from(sorted, (key) => Math.floor(key / OWNERS));
  const owners = Int32Array.from(sorted, (key) => order[key % OWNERS] ?? -1);

  return {
    points: places.length,
    pointAt(place) {
      let low = 0;
      let high = places.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((places[middle] ?? 0) < place) low = middle + 1;
        else high = middle;
      }
      return low === places.length ? 0 : low;
    },
    memberAt: (point) => owners[point % places.length] ?? -1,
  };
}
