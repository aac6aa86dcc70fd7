import type { LoadOutcome } from '@rollcall/contracts';
import type { JSX } from 'preact';
import { figure } from '../state/figures';
import type { GraphEdge } from './graph';

const OUTCOMES: Readonly<
  Record<LoadOutcome, { readonly word: string; readonly mark: string; readonly kind: string }>
> = {
  s5xx: { word: '5xx', mark: '▲', kind: 'gone' },
  bad_response: { word: 'malformed', mark: '▼', kind: 'ejected' },
  timed_out: { word: 'timed out', mark: '◆', kind: 'suspect' },
  reset: { word: 'reset', mark: '■', kind: 'out_of_service' },
  refused: { word: 'refused', mark: '✕', kind: 'draining' },
};

/** What became of them, as a bar of parts; each has a mark and a word, too. */
export function EdgeOutcomes({ edge: { requests, outcomes } }: { readonly edge: GraphEdge }) {
  if (requests === 0) return null;
  const bad = (Object.keys(OUTCOMES) as LoadOutcome[]).flatMap((outcome) => {
    const count = outcomes[outcome] ?? 0;
    return count === 0 ? [] : [{ ...OUTCOMES[outcome], count }];
  });
  const failed = bad.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <div class="faint note">outcome, last minute</div>
      <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        {
          [{ kind: 'up', count: Math.max(0, requests - failed) }, ...bad].reduce<{
            x: number;
            parts: JSX.Element[];
          }>(
            ({ x, parts }, { kind, count }) => {
              const wide = (count / Math.max(requests, failed)) * 100;
              return {
                x: x + wide,
                parts: [...parts, <rect key={kind} class={kind} x={x} width={wide} height="1" />],
              };
            },
            { x: 0, parts: [] },
          ).parts
        }
      </svg>
      <div class="legend">
        <span>
          <b class="up">●</b> {figure(requests - failed)} answered
        </span>
        {bad.map(({ word, mark, kind, count }) => (
          <span key={word}>
            <b class={kind}>{mark}</b> {figure(count)} {word}
          </span>
        ))}
      </div>
    </div>
  );
}
