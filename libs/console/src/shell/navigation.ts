import { computed, signal } from '@preact/signals';
import { readWindowMs } from '../state/traffic-series';
import { BASE, parsePlace, pathOf, withChoices, type Choices, type Place } from '../state/place';

const address = signal({ path: location.pathname, search: location.search });

export const place = computed<Place>(() => parsePlace(address.value.path));

/** The choices of the query: `choices.value.q` is the filter. */
export const choices = computed<Choices>(() => Object.fromEntries(new URLSearchParams(address.value.search)));

/** How much of the past charts and trends show. */
export const windowMs = computed(() => readWindowMs(choices.value['window']));

type Changes = Readonly<Record<string, string | undefined>>;

/** Where a link to a place leads, the theme and the like kept. */
export function hrefTo(to: Place, changes: Changes = {}): string {
  return pathOf(to) + withChoices(address.value.search, changes, { newPage: true });
}

/** The same page with other choices. */
export function hrefWith(changes: Changes): string {
  return address.value.path + withChoices(address.value.search, changes);
}

export function go(href: string): void {
  history.pushState(null, '', href);
  read();
}

/** Changes choices in place: what is typed letter by letter is no step back. */
export function choose(changes: Changes): void {
  history.replaceState(null, '', hrefWith(changes));
  read();
}

function read(): void {
  address.value = { path: location.pathname, search: location.search };
}

/** Follows the browser's own steps, and keeps links within the console from loading it anew. */
export function followNavigation(): void {
  addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.origin !== location.origin) return;
    if (!`${link.pathname}/`.startsWith(BASE)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
