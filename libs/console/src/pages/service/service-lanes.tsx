import { useMemo } from 'preact/hooks';
import { lanesOf } from '../../events/lanes';
import { clock, shortId } from '../../state/figures';
import { moment } from '../../shell/moment';
import { catalog, serverNow } from '../../state/store';
import { useServiceEvents } from './use-service-events';

const WINDOW_MS = 30 * 60_000;
const TICKS = 6;
const NONE: readonly never[] = [];

/** Who was what in the last 30 minutes, and who changed it. */
export function ServiceLanes({ name }: { readonly name: string }) {
  const instances = catalog.value.get(name)?.instances ?? NONE;
  const events = useServiceEvents(name);
  // A second is less than a pixel: every ten are enough.
  const now = Math.floor(serverNow.value / 10_000) * 10_000 + 10_000;
  const chosen = moment.value;
  // The moment that is looked at is in the last quarter.
  const to = chosen === undefined ? now : Math.min(now, chosen + WINDOW_MS / 4);
  const window = { from: to - WINDOW_MS, to };
  const lanes = useMemo(
    () => lanesOf({ events, listed: instances, window, now })[0]?.lanes ?? [],
    [events, instances, now, to],
  );
  if (lanes.length === 0) return null;
  const at = (time: number) => `${((Math.max(time, window.from) - window.from) / WINDOW_MS) * 100}%`;
  return (
    <section class="panel" aria-labelledby="lanes">
      <header>
        <h2 id="lanes">{chosen === undefined ? 'Last 30 minutes' : '30 minutes around it'}</h2>
        <span class="faint note">who was what, and who changed it</span>
      </header>
      <div class="slanes">
        {lanes.map(({ id, version, bands, marks }) => (
          <div
            key={id}
            class="slane"
            role="img"
            aria-label={`${id}: ${marks.map(({ text }) => text).join(', ')}`}
          >
            <span class="l" title={id}>
              {shortId(id)} {version}
            </span>
            <span class="tr">
              {bands.map(({ status, from, to }) => (
                <i
                  key={from}
                  class={`sband ${status}`}
                  style={{ left: at(from), right: `calc(100% - ${at(to)})` }}
                />
              ))}
              {chosen === undefined ? null : <i class="scursor" style={{ left: at(chosen) }} />}
              {marks.slice(-5).map(({ at: time, outcome, text }, index, shown) => (
                <i
                  key={time}
                  class={`smark ${outcome} ${(time - window.from) / WINDOW_MS > 0.75 ? 'left' : ''}`}
                  style={{ left: at(time) }}
                  title={`${clock(time)} ${text}`}
                >
                  {index === shown.length - 1 ? <em>{text}</em> : null}
                </i>
              ))}
            </span>
          </div>
        ))}
      </div>
      <div class="saxis">
        {Array.from({ length: TICKS + 1 }, (_, tick) => (
          <span key={tick}>{clock(window.from + (WINDOW_MS / TICKS) * tick).slice(0, 5)}</span>
        ))}
      </div>
    </section>
  );
}
