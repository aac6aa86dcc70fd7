/** What the address bar says: which page, and everything that is chosen on it. A link shows the same to somebody else. */
export type Place =
  | { readonly page: 'services' }
  | { readonly page: 'service'; readonly name: string }
  | { readonly page: 'topology' }
  | { readonly page: 'events' }
  | { readonly page: 'routes' }
  | { readonly page: 'explain' }
  | { readonly page: 'gateways' }
  | { readonly page: 'doctor' }
  | { readonly page: 'unknown'; readonly path: string };

export type Page = Place['page'];

/** Where the console is mounted, at the registry and at a gateway's admin port alike. */
export const BASE = '/ui/';

const PLAIN = new Set<string>(['topology', 'events', 'routes', 'explain', 'gateways', 'doctor']);

function isPlain(text: string): text is Exclude<Page, 'services' | 'service' | 'unknown'> {
  return PLAIN.has(text);
}

export function parsePlace(pathname: string): Place {
  const path = `${pathname}/`.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const [first = '', second, ...rest] = path.replace(/\/$/, '').split('/');
  if (second === undefined) {
    if (first === '' || first === 'services') return { page: 'services' };
    if (isPlain(first)) return { page: first };
  }
  const name = second === undefined || rest.length > 0 || first !== 'services' ? undefined : decoded(second);
  return name === undefined ? { page: 'unknown', path: pathname } : { page: 'service', name };
}

export function pathOf(place: Place): string {
  switch (place.page) {
    case 'services':
      return BASE;
    case 'service':
      return `${BASE}services/${encodeURIComponent(place.name)}`;
    case 'unknown':
      return place.path;
    case 'topology':
    case 'events':
    case 'routes':
    case 'explain':
    case 'gateways':
    case 'doctor':
      return BASE + place.page;
  }
}

/** What may be chosen on a page, by its name in the query. What is not said there is as it is by default. */
export type Choices = Readonly<Record<string, string>>;

/** These are about the whole console, and stay when another page is opened. */
const KEPT = ['theme', 'wall', 'window', 'at'];

/** The query with some choices changed: `undefined` and the empty text take one back. */
export function withChoices(
  search: string,
  changes: Readonly<Record<string, string | undefined>>,
  options: { readonly newPage?: boolean } = {},
): string {
  const query = new URLSearchParams(search);
  if (options.newPage) for (const key of [...query.keys()]) if (!KEPT.includes(key)) query.delete(key);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(key);
    else query.set(key, value);
  }
  // `?wall` and not `?wall=`; a filter stays readable.
  const text = query
    .toString()
    .replace(/=(?=&|$)/g, '')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** Epoch milliseconds; `undefined` where it is no time, and the present is meant. */
export function readMoment(text: string | undefined): number | undefined {
  const moment = text === undefined || text === '' ? NaN : Number(text);
  return Number.isFinite(moment) && moment > 0 && moment < LAST_MOMENT ? moment : undefined;
}

/** Later than that there is no `Date`. */
const LAST_MOMENT = 8.64e15;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
