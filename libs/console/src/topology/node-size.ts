import type { GraphNode } from './graph';

const HEIGHT = 54;
const NARROWEST = 150;
const LETTER = 7.2;
const CELL = 8.2;
const MOST_CELLS = 8;
const MOST_LETTERS = 24;

/** How many of its instances have a cell of their own in its box. */
export function cellsShown({ instances }: Pick<GraphNode, 'instances'>): number {
  return instances.length > MOST_CELLS ? MOST_CELLS - 2 : instances.length;
}

export function shownLabel({ label }: Pick<GraphNode, 'label'>): string {
  return label.length <= MOST_LETTERS ? label : `${label.slice(0, MOST_LETTERS - 1)}…`;
}

/** Wide enough for its name and the cells of its instances. */
export function nodeSize(node: GraphNode): { readonly width: number; readonly height: number } {
  if (node.kind === 'callers') return { width: 96, height: HEIGHT };
  const cells = node.kind === 'instance' ? 1 : cellsShown(node);
  const more = node.instances.length > cells && node.kind !== 'instance' ? 26 : 0;
  const needed = 11 + shownLabel(node).length * LETTER + 14 + cells * CELL + more + 10;
  return { width: Math.max(NARROWEST, Math.ceil(needed / 10) * 10), height: HEIGHT };
}
