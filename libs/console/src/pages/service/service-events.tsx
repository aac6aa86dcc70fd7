import { useMemo } from 'preact/hooks';
import { foldEvents } from '../../events/causes';
import { EventLine } from '../../parts/event-line';
import { hrefTo } from '../../shell/navigation';
import { useServiceEvents } from './use-service-events';

const SHOWN = 10;

export function ServiceEvents({ name }: { readonly name: string }) {
  const events = useServiceEvents(name);
  const causes = useMemo(() => foldEvents(events).slice(0, SHOWN), [events]);
  return (
    <section class="panel" aria-labelledby="happened">
      <header>
        <h2 id="happened">What happened</h2>
        <span class="faint note">to {name}</span>
        <div class="right">
          <a class="btn small" href={hrefTo({ page: 'events' }, { service: name })}>
            All
          </a>
        </div>
      </header>
      {causes.length === 0 ? (
        <div class="empty">Nothing that is still remembered.</div>
      ) : (
        causes.map((cause) => <EventLine key={cause.key} cause={cause} />)
      )}
    </section>
  );
}
