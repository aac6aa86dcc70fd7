import type { CatalogEvent } from '@rollcall/contracts';
import { useMemo } from 'preact/hooks';
import { Cell, WORDS } from '../parts/cell';
import { choose, hrefTo } from '../shell/navigation';
import { clock, shortId } from '../state/figures';
import { catalog, guards } from '../state/store';
import { lanesOf, type Band, type Lane, type Mark, type Span } from './lanes';

const MOST_LANES = 40;
const TICKS = 6;
/** As a share of the width: nearer marks would write over each other. */
const TEXT_ROOM = 0.14;
const LEGEND = ['up', 'starting', 'suspect', 'draining', 'out_of_service', 'gone'] as const;

interface LanesViewProps {
  readonly events: readonly CatalogEvent[];
  readonly window: Span;
  readonly now: number;
  readonly at: number | undefined;
}

/** One line an instance that changed: what it was when, and what changed it. A click chooses the moment. */
export function LanesView({ events, window, now, at }: LanesViewProps) {
  const services = catalog.value;
  const listed = useMemo(() => [...services.values()].flatMap(({ instances }) => instances), [services]);
  const groups = lanesOf({ events, listed, window, now });
  const total = groups.reduce((sum, { lanes }) => sum + lanes.length, 0);
  let room = MOST_LANES;
  const shown = groups.flatMap((group) => {
    const lanes = group.lanes.slice(0, Math.max(0, room));
    room -= lanes.length;
    return lanes.length === 0 ? [] : [{ ...group, lanes }];
  });
  return (
    <section class="panel" aria-labelledby="lanes">
      <header>
        <h2 id="lanes">Roll over time</h2>
        <span class="faint note o">
          only who changed · click to look at a moment, <kbd>←</kbd> <kbd>→</kbd> to step
        </span>
        <div class="right legend">
          {LEGEND.map((kind) => (
            <span key={kind}>
              <Cell kind={kind} /> {WORDS[kind]}
            </span>
          ))}
        </div>
      </header>
      {shown.length === 0 ? <p class="empty">Nothing has changed in this time.</p> : null}
      <div class="lanes">
        {shown.map(({ service, lanes }) => (
          <div key={service} class="lane-group">
            <div class="g">
              <a href={hrefTo({ page: 'service', name: service })}>{service}</a>
              <Trouble service={service} />
            </div>
            {lanes.map((lane) => (
              <LaneLine key={lane.id} service={service} lane={lane} window={window} at={at} />
            ))}
          </div>
        ))}
      </div>
      {total > MOST_LANES ? (
        <p class="faint note more">{total - MOST_LANES} more: filter by a service to see them</p>
      ) : null}
      {shown.length === 0 ? null : <Axis window={window} />}
    </section>
  );
}

function Trouble({ service }: { readonly service: string }) {
  const guard = guards.value.find(({ service_name }) => service_name === service);
  if (guard !== undefined) return <span class="pill suspect">guard holds {guard.held}</span>;
  const known = catalog.value.get(service);
  return known === undefined || known.instances.length === 0 ? (
    <span class="pill gone">no instance</span>
  ) : null;
}

interface LaneLineProps {
  readonly service: string;
  readonly lane: Lane;
  readonly window: Span;
  readonly at: number | undefined;
}

function LaneLine({ service, lane: { id, version, bands, marks }, window, at }: LaneLineProps) {
  const place = (moment: number) => (moment - window.from) / (window.to - window.from);
  return (
    <>
      <div class="l">
        <a href={hrefTo({ page: 'service', name: service }, { i: id })} title={id}>
          {laneName(service, id)}
        </a>{' '}
        {version}
      </div>
      <div
        class="track"
        role="img"
        aria-label={`${id}: ${bands.map(bandWords).join(', ')}`}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          const moment = window.from + ((event.clientX - left) / width) * (window.to - window.from);
          choose({ at: String(Math.round(moment)) });
        }}
      >
        {bands.map(({ from, to, status }) => (
          <span
            key={from}
            class={`band ${status}`}
            style={{ left: percentOf(place(from)), width: percentOf(place(to) - place(from)) }}
          />
        ))}
        {marks.map((mark, index) => (
          <MarkLine
            key={`${mark.at}:${index}`}
            mark={mark}
            place={place(mark.at)}
            side={sideOf(marks, index, place)}
          />
        ))}
        {at === undefined ? null : <span class="cursor" style={{ left: percentOf(place(at)) }} />}
      </div>
    </>
  );
}

/** The service stands above. */
function laneName(service: string, id: string): string {
  return id.startsWith(`${service}-`) ? id.slice(service.length + 1) : shortId(id);
}

function bandWords({ from, status }: Band): string {
  return `${WORDS[status]} from ${clock(from)}`;
}

/** On which side of a mark there is room for its text. */
function sideOf(
  marks: readonly Mark[],
  index: number,
  place: (at: number) => number,
): 'left' | 'right' | undefined {
  const here = place(marks[index]?.at ?? 0);
  const before = index === 0 ? 0 : place(marks[index - 1]?.at ?? 0);
  const after = index === marks.length - 1 ? 1 : place(marks[index + 1]?.at ?? 0);
  if (after - here >= TEXT_ROOM) return 'right';
  // The text of the one before stands there, if it has one to its right.
  return here - before >= 2 * TEXT_ROOM || (index === 0 && here >= TEXT_ROOM) ? 'left' : undefined;
}

interface MarkLineProps {
  readonly mark: Mark;
  readonly place: number;
  readonly side: 'left' | 'right' | undefined;
}

function MarkLine({ mark: { at, outcome, text }, place, side }: MarkLineProps) {
  return (
    <span
      class={`mk ${outcome}`}
      style={{ left: percentOf(place) }}
      title={`${clock(at, { precise: true })} ${text}`}
    >
      {side === undefined ? null : <span class={`mk-text ${side}`}>{text}</span>}
    </span>
  );
}

function Axis({ window: { from, to } }: { readonly window: Span }) {
  const isLong = to - from > 86_400_000;
  return (
    <div class="axis" aria-hidden="true">
      <div />
      <div>
        {Array.from({ length: TICKS + 1 }, (_, tick) => {
          const moment = from + ((to - from) * tick) / TICKS;
          return (
            <span key={tick}>
              {isLong ? new Date(moment).toISOString().slice(5, 16) : clock(moment).slice(0, 5)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function percentOf(share: number): string {
  return `${(Math.max(0, Math.min(1, share)) * 100).toFixed(3)}%`;
}
