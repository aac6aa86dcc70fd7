import { computed, signal } from '@preact/signals';
import { matches, parseFilter } from '../../state/filter';
import { createSettledOrder, grouped, readGrouping, readSort } from '../../state/ordering';
import { createServiceRows } from '../../state/service-row';
import { drains, events, guards, now, readableCatalog } from '../../state/store';
import { moment, shownCatalog, shownTraffic } from '../../shell/moment';
import { choices } from '../../shell/navigation';

const makeRows = createServiceRows();

const present = computed(() => ({ guards: guards.value, drains: drains.value, events: events.value }));
/** Of guards and drains nothing is kept. */
const PAST = { guards: [], drains: new Map(), events: [] };

export const allRows = computed(() =>
  makeRows({
    catalog: shownCatalog.value,
    traffic: shownTraffic.value,
    ...(moment.value === undefined ? present.value : PAST),
  }),
);

/** The same as often as a sum of them can be read: what goes through all cells does so four times a second, not at every frame. */
export const readableRows = computed(() => {
  void (moment.value === undefined ? readableCatalog.value : shownCatalog.value);
  void shownTraffic.value;
  return allRows.peek();
});

/** While somebody points at the table its order stays: nothing moves under the pointer. */
export const isPointedAt = signal(false);

const settle = createSettledOrder();

const shownRows = computed(() => {
  const text = choices.value['q'] ?? '';
  const filter = parseFilter(text);
  const rows = filter.length === 0 ? allRows.value : allRows.value.filter((row) => matches(filter, row));
  return settle(rows, {
    sort: readSort(choices.value['sort']),
    filter: text,
    isHeld: isPointedAt.value,
    turn: now.value,
  });
});

export const shownGroups = computed(() => grouped(shownRows.value, readGrouping(choices.value['group'])));
export const allCount = computed(() => allRows.value.length);
export const shownCount = computed(() => shownRows.value.length);
