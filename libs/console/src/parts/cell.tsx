import type { InstanceStatus } from '@rollcall/contracts';

/** What a cell of the roll may show. Shape and word say it too, never colour alone. */
export type CellKind = InstanceStatus | 'ejected' | 'gone';

export const WORDS: Readonly<Record<CellKind, string>> = {
  up: 'up',
  starting: 'starting',
  suspect: 'suspect',
  draining: 'draining',
  out_of_service: 'out',
  ejected: 'ejected',
  gone: 'gone',
};

/** For a picture that has a coordinate system of its own: 10 wide and 15 high. */
export function Shape({ kind }: { readonly kind: CellKind }) {
  switch (kind) {
    case 'up':
      return <rect class="fill" x="1" y="1" width="8" height="13" rx="2" />;
    case 'starting':
      return <rect class="stroke" x="1.75" y="1.75" width="6.5" height="11.5" rx="1.6" />;
    case 'suspect':
      return <path class="fill" d="M5 1.2 9 13.6H1z" />;
    case 'draining':
      return (
        <>
          <rect class="stroke" x="1.7" y="1.7" width="6.6" height="11.6" rx="1.6" />
          <rect class="fill" x="1" y="8" width="8" height="6" rx="1.6" />
        </>
      );
    case 'out_of_service':
      return (
        <>
          <rect class="stroke" x="1.7" y="1.7" width="6.6" height="11.6" rx="1.6" />
          <path class="stroke" d="M2 13 8 2" />
        </>
      );
    case 'ejected':
      return (
        <>
          <rect class="back" x="1" y="1" width="8" height="13" rx="2" />
          <circle class="stroke" cx="5" cy="7.5" r="3.2" />
          <path class="stroke" d="M2.9 9.6 7.1 5.4" />
        </>
      );
    case 'gone':
      return <path class="stroke" d="M1.6 3 8.4 12M8.4 3 1.6 12" />;
  }
}

/**
 * One instance: its status as a shape in its colour. Nearly all of them are up, hundreds at a time, and are painted anew with
 * every change: those are a box of the style sheet, as each picture brings a coordinate system of its own along.
 */
export function Cell({ kind, title }: { readonly kind: CellKind; readonly title?: string }) {
  if (kind === 'up') return <span class="cell up" role="img" aria-label={title ?? WORDS.up} title={title} />;
  return (
    <svg class={`cell ${kind}`} viewBox="0 0 10 15" role="img" aria-label={title ?? WORDS[kind]}>
      {title === undefined ? null : <title>{title}</title>}
      <Shape kind={kind} />
    </svg>
  );
}
