import type { ServiceRow } from './service-row';

/**
 * A filter as it is typed: `status:suspect,draining zone:1a pay`. Every word has to hold; with commas one of them has to.
 * A minus before a word turns it round. A word without a key looks at names, paths, addresses and ids.
 */
export type Filter = readonly Term[];

interface Term {
  readonly key: string;
  readonly values: readonly string[];
  readonly negated: boolean;
}

export const FILTER_KEYS = ['status', 'zone', 'version', 'tag', 'needs', 'path', 'id'] as const;

export function parseFilter(text: string): Filter {
  return (
    text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '' && word !== '-')
      .map((word) => {
        const negated = word.startsWith('-');
        const plain = negated ? word.slice(1) : word;
        const colon = plain.indexOf(':');
        const key = plain.slice(0, Math.max(0, colon));
        const isKey = FILTER_KEYS.some((known) => known === key);
        const values = (isKey ? plain.slice(colon + 1) : plain).split(',').filter((value) => value !== '');
        return { key: isKey ? key : '', values, negated };
      })
      // `status:` is being typed: it holds for everything.
      .filter(({ values }) => values.length > 0)
  );
}

export function matches(filter: Filter, row: ServiceRow): boolean {
  return filter.every(
    ({ key, values, negated }) => values.some((value) => holds(key, value, row)) !== negated,
  );
}

function holds(key: string, value: string, row: ServiceRow): boolean {
  const has = (text: string | null) => text !== null && text.toLowerCase().includes(value);
  switch (key) {
    case 'status':
      return row.cells.some(
        ({ kind }) => kind.startsWith(value) || (value === 'out' && kind === 'out_of_service'),
      );
    case 'zone':
      return row.instances.some(({ zone }) => has(zone));
    case 'version':
      return row.instances.some(({ version }) => version?.toLowerCase().startsWith(value) ?? false);
    case 'tag':
      return row.instances.some(({ tags }) => tags.some((tag) => tag.toLowerCase() === value));
    case 'needs':
      return value === 'traffic'
        ? (row.calls?.perSecond ?? 0) > 0
        : value === 'attention'
          ? row.attention.length > 0
          : row.attention.some(({ label }) => has(label));
    case 'path':
      return row.paths.some(has);
    case 'id':
      return row.instances.some(({ instance_id }) => has(instance_id));
    default:
      return (
        has(row.name) ||
        row.paths.some(has) ||
        row.instances.some(({ instance_id, url }) => has(instance_id) || has(url))
      );
  }
}
