import type { Point } from './layout';

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Half of a usual node: so far an edge that passes a layer keeps its height. */
const HALF_LAYER = 80;

/** Cubic curves, one behind the other: the first point, and three more for each. */
export type Curve = readonly Point[];

/**
 * From the right side of the caller to the left side of the called, through the points at which it passes other layers;
 * around the outside where the called lies to the left.
 */
export function edgeCurve(from: Box, to: Box, passes: readonly Point[] = []): Curve {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  if (to.x < start.x) {
    const end = { x: to.x + to.width, y: to.y + to.height * 0.75 };
    const reach = Math.max(start.x, end.x) + 60;
    return [start, { x: reach, y: start.y }, { x: reach, y: end.y }, end];
  }
  const curve: Point[] = [start];
  let before: Point = start;
  const level = passes.flatMap(({ x, y }) => [
    { x: x - HALF_LAYER, y },
    { x: x + HALF_LAYER, y },
  ]);
  for (const next of [...level, { x: to.x, y: to.y + to.height / 2 }]) {
    // Level at both ends, so that one curve goes on from the other without a corner.
    const reach = (next.x - before.x) / 2;
    curve.push({ x: before.x + reach, y: before.y }, { x: next.x - reach, y: next.y }, next);
    before = next;
  }
  return curve;
}

export function curvePath([start, ...rest]: Curve): string {
  return start === undefined ? '' : `M${at(start)}C${rest.map(at).join(' ')}`;
}

/** @param t 0 at the caller, 1 at the called */
export function pointOn(curve: Curve, t: number): Point {
  const pieces = (curve.length - 1) / 3;
  const piece = Math.min(pieces - 1, Math.floor(t * pieces));
  const [a, b, c, d] = curve.slice(piece * 3, piece * 3 + 4);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return { x: 0, y: 0 };
  const within = t * pieces - piece;
  const u = 1 - within;
  const on = (one: number, two: number, three: number, four: number): number =>
    u * u * u * one +
    3 * u * u * within * two +
    3 * u * within * within * three +
    within * within * within * four;
  return { x: on(a.x, b.x, c.x, d.x), y: on(a.y, b.y, c.y, d.y) };
}

export interface LabelRequest {
  readonly id: string;
  readonly curve: Curve;
  readonly width: number;
}

export const LABEL_HEIGHT = 18;
/** The middle first. */
const PLACES = [0.5, 0.62, 0.38, 0.74, 0.26, 0.86];

/** The middle of each label, on its edge where it hides neither a node nor another label; the first ones choose first. */
export function placeLabels(
  labels: readonly LabelRequest[],
  nodes: readonly Box[],
): ReadonlyMap<string, Point> {
  const taken: Box[] = [...nodes];
  const placed = new Map<string, Point>();
  for (const { id, curve, width } of labels) {
    const free = PLACES.map((t) => pointOn(curve, t)).find(
      (point) => !taken.some((box) => overlaps(boxAround(point, width), box)),
    );
    // Rather none than one that cannot be read: the panel of the edge says it, too.
    if (free === undefined) continue;
    placed.set(id, free);
    taken.push(boxAround(free, width));
  }
  return placed;
}

function boxAround({ x, y }: Point, width: number): Box {
  return { x: x - width / 2, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT };
}

function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
