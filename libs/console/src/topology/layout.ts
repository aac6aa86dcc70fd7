export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LayoutRequest {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** Where each node begins: its left upper corner. */
export interface Layout {
  /** Of which set of nodes this is the layout. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly positions: Readonly<Record<string, Point>>;
  /** By `from→to`: where an edge passes the layers between its ends, so that it crosses no node. */
  readonly passes: Readonly<Record<string, readonly Point[]>>;
}

export const NO_LAYOUT: Layout = { key: '', width: 0, height: 0, positions: {}, passes: {} };

export const BETWEEN_NODES = 30;

/** The same for the same nodes in any order: what is laid out again only when it differs. */
export function layoutKey({ nodes }: LayoutRequest): string {
  return JSON.stringify(nodes.map(({ id, width }) => [id, width]).sort());
}

/**
 * The layout for another set of nodes that moves none of those that are there: new ones go beneath the column where they
 * would have been by themselves.
 */
export function heldStill(before: Layout, fresh: Layout, request: LayoutRequest): Layout {
  if (before.key === '') return fresh;
  const sizes = new Map(request.nodes.map((node) => [node.id, node]));
  const kept = Object.entries(before.positions).filter(([id]) => sizes.has(id));
  const positions: Record<string, Point> = Object.fromEntries(kept);
  let { width, height } = before;
  for (const [id, { x }] of sorted(Object.entries(fresh.positions), ([id]) => id)) {
    const node = sizes.get(id);
    if (positions[id] !== undefined || node === undefined) continue;
    const inColumn = Object.entries(positions).flatMap(([other, at]) => {
      const size = sizes.get(other);
      const overlaps = size !== undefined && at.x < x + node.width && x < at.x + size.width;
      return overlaps ? [at.y + size.height] : [];
    });
    const y = inColumn.length === 0 ? 0 : Math.max(...inColumn) + BETWEEN_NODES;
    positions[id] = { x, y };
    width = Math.max(width, x + node.width);
    height = Math.max(height, y + node.height);
  }
  // Where the new picture would have led an edge, there may be a node in the held one.
  return { key: fresh.key, positions, passes: before.passes, width, height };
}

/** In one order always, so that the same graph has the same picture. */
export function sorted<T>(list: readonly T[], by: (item: T) => string): T[] {
  return [...list].sort((one, other) => (by(one) < by(other) ? -1 : 1));
}
