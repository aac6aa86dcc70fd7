import { CATALOG_EVENT_TYPES } from '../events/event-types';
import { useEffect, useMemo } from 'preact/hooks';
import { foldEvents } from '../events/causes';
import { EventLog } from '../events/event-log';
import {
  neighbour,
  RANGES,
  readEventView,
  shownCauses,
  windowOf,
  type RangeName,
} from '../events/event-view';
import { LanesView } from '../events/lanes-view';
import { useEvents } from '../events/use-events';
import { CopyButton } from '../parts/copy-button';
import { choices, choose } from '../shell/navigation';
import { clock } from '../state/figures';
import { serverNow } from '../state/store';

const RANGE_TITLES: Readonly<Record<RangeName, string>> = {
  '15m': '15 min',
  '30m': '30 min',
  '3h': '3 h',
  all: 'all kept',
};
/** The clock goes on by a second; a picture of half an hour does not change by one. */
const STEPS_OF_TIME = 300;

/** Who changed what, when, and why. */
export default function EventsPage() {
  const view = readEventView(choices.value);
  const { events, isComplete, fault } = useEvents(view);
  const step = Math.max(1000, Math.min(RANGES[view.range], 3_600_000) / STEPS_OF_TIME);
  const now = Math.ceil(serverNow.value / step) * step;
  const window = windowOf(view, events, now);
  const folded = useMemo(() => foldEvents(events), [events]);
  const causes = shownCauses(folded, view, window);
  const steps = causes.flatMap((cause) => cause.events);
  const actors = useMemo(() => [...new Set(events.map(({ actor }) => actor))].sort(), [events]);
  const services = useMemo(
    () => [...new Set(events.map(({ service_name }) => service_name))].sort(),
    [events],
  );
  useArrows(steps);

  return (
    <>
      <div class="head">
        <h1>Events</h1>
        <span class="dim o">who changed what, when, and why</span>
        <div class="right wrap">
          <div class="seg" role="group" aria-label="How far back">
            {Object.entries(RANGE_TITLES).map(([name, title]) => (
              <button
                key={name}
                aria-pressed={view.range === name}
                onClick={() => choose({ range: name === '30m' ? undefined : name })}
              >
                {title}
              </button>
            ))}
          </div>
          <Choice name="service" chosen={view.service} options={services} />
          <Choice name="actor" chosen={view.actor} options={actors} />
          <Choice name="type" chosen={view.type} options={CATALOG_EVENT_TYPES} />
          <CopyButton text={() => JSON.stringify(steps, null, 2)}>Copy as JSON</CopyButton>
        </div>
      </div>
      {fault === undefined ? null : (
        <div class="banner" role="status">
          <b>Older events are missing.</b> <span class="dim">{fault}</span>
        </div>
      )}
      <LanesView events={steps} window={window} now={now} at={view.at} />
      <section class="panel below" aria-labelledby="log">
        <header>
          <h2 id="log">Log</h2>
          <span class="faint note o">
            steps of one cause are one line; <kbd>enter</kbd> opens them
          </span>
          {isComplete ? null : <span class="faint note">reading older ones…</span>}
          <div class="right">
            {view.at === undefined ? (
              <span class="chip small">
                <b>follows</b> live
              </span>
            ) : (
              <button class="chip small on" onClick={() => choose({ at: undefined })}>
                at <b>{clock(view.at)}</b> · back to live
              </button>
            )}
          </div>
        </header>
        <EventLog causes={causes} open={choices.value['e']} at={view.at} />
      </section>
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly chosen: string | undefined;
  readonly options: readonly string[];
}

function Choice({ name, chosen, options }: ChoiceProps) {
  const all = chosen === undefined || options.includes(chosen) ? options : [chosen, ...options];
  return (
    <label class={`chip small${chosen === undefined ? '' : ' on'}`}>
      {name}
      <select value={chosen ?? ''} onChange={(event) => choose({ [name]: event.currentTarget.value })}>
        <option value="">any</option>
        {all.map((option) => (
          <option key={option} value={option}>
            {option.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  );
}

/** ← and → step from event to event, Escape goes back to the present. */
function useArrows(events: Parameters<typeof neighbour>[0]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTaken =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, dialog') !== null;
      if (isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
      // As the address has it now: the page may not have been drawn since the key before.
      const { at } = readEventView(choices.peek());
      if (event.key === 'Escape' && at !== undefined) choose({ at: undefined });
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      event.preventDefault();
      const forward = event.key === 'ArrowRight';
      const next = neighbour(events, at ?? Infinity, forward ? 1 : -1);
      if (next !== undefined) choose({ at: String(next) });
      else if (forward) choose({ at: undefined });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
