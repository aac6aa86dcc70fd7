import { titleOf, type RowCell } from '../state/service-row';
import { Cell, WORDS, type CellKind } from './cell';

const ORDER: readonly CellKind[] = ['up', 'starting', 'suspect', 'draining', 'out_of_service', 'ejected'];

/** One cell an instance, where they are few enough to be seen; else those that are not up, and a number. */
export function Roll({ cells, most = 24 }: { readonly cells: readonly RowCell[]; readonly most?: number }) {
  if (cells.length === 0) return <span class="gone n">no instance</span>;
  const shown = cells.length <= most ? cells : cells.filter(({ kind }) => kind !== 'up').slice(0, most - 1);
  const rest = cells.length - shown.length;
  return (
    <span class="roll">
      {rest === 0 ? null : (
        <>
          <Cell kind="up" title={`${rest} more`} />
          <span class="more">×{rest}</span>
        </>
      )}
      {shown.map((cell) => (
        <Cell key={cell.instance.instance_id} kind={cell.kind} title={titleOf(cell)} />
      ))}
    </span>
  );
}

/** How many cells there are of each kind. */
export function Legend({ counts }: { readonly counts: ReadonlyMap<CellKind, number> }) {
  return (
    <span class="legend">
      {ORDER.filter((kind) => kind === 'up' || counts.has(kind)).map((kind) => (
        <span key={kind}>
          <Cell kind={kind} />
          {counts.get(kind) ?? 0} {WORDS[kind]}
        </span>
      ))}
    </span>
  );
}
