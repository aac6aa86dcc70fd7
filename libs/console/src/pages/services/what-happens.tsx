import { computed } from '@preact/signals';
import { foldEvents } from '../../events/causes';
import { moment } from '../../shell/moment';
import { readableEvents } from '../../state/store';
import { EventLine } from '../../parts/event-line';

const SHOWN = 12;

const latest = computed(() => {
  const at = moment.value ?? Infinity;
  const events = readableEvents.value.filter((event) => event.at <= at);
  return foldEvents(events.slice(0, 150)).slice(0, SHOWN);
});

/** The latest events, the steps of one cause as one. */
export function WhatHappens() {
  return (
    <section class="panel" aria-labelledby="happens">
      <header>
        <h2 id="happens">What happens</h2>
        <span class="faint note">{moment.value === undefined ? 'follows live' : 'until then'}</span>
      </header>
      {latest.value.length === 0 ? (
        <div class="empty">Nothing yet.</div>
      ) : (
        latest.value.map((cause) => <EventLine key={cause.key} cause={cause} />)
      )}
    </section>
  );
}
