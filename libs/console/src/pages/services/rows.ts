import { computed, signal } from '@preact/signals';
import { matches, parseFilter } from '../../state/filter';
import { frozen, grouped, inOrder, readGrouping, readSort } from '../../state/ordering';
import { createServiceRows } from '../../state/service-row';
import { catalog, drains, events, guards, traffic } from '../../state/store';
import { choices } from '../../shell/navigation';

const makeRows = createServiceRows();

export const allRows = computed(() =>
  makeRows({
    catalog: catalog.value,
    guards: guards.value,
    drains: drains.value,
    events: events.value,
    traffic: traffic.value,
  }),
);

/** While somebody points at the table its order stays: nothing moves under the pointer. */
export const isPointedAt = signal(false);

let order: readonly string[] = [];

const shownRows = computed(() => {
  const filter = parseFilter(choices.value['q'] ?? '');
  const rows = filter.length === 0 ? allRows.value : allRows.value.filter((row) => matches(filter, row));
  const shown = isPointedAt.value ? frozen(rows, order) : inOrder(rows, readSort(choices.value['sort']));
  order = shown.map(({ name }) => name);
  return shown;
});

export const shownGroups = computed(() => grouped(shownRows.value, readGrouping(choices.value['group'])));
export const shownCount = computed(() => shownRows.value.length);
