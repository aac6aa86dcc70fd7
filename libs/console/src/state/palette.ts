import type { Catalog } from './catalog';

/** Where the palette can lead, or what it can do. */
export interface PaletteEntry {
  readonly title: string;
  /** What kind of thing it is. */
  readonly hint: string;
  readonly run: () => void;
}

const MOST = 12;

/** Those that match, the closest first: whose title begins with the text, then who has a word that does, then who has it. */
export function found(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return entries.slice(0, MOST);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry.title.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || a.entry.title.length - b.entry.title.length)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

function rankOf(title: string, wanted: string): number {
  if (title.startsWith(wanted)) return 0;
  if (title.split(/[\s/._-]/).some((word) => word.startsWith(wanted))) return 1;
  return title.includes(wanted) ? 2 : 3;
}

/** Services, and their instances by id. */
export function placesOf(
  catalog: Catalog,
  open: (service: string, instanceId?: string) => void,
): readonly PaletteEntry[] {
  const services = [...catalog.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...services.map(({ name }) => ({ title: name, hint: 'service', run: () => open(name) })),
    ...services.flatMap(({ name, instances }) =>
      instances.map(({ instance_id, status }) => ({
        title: `${name} ${instance_id}`,
        hint: status === 'out_of_service' ? 'out of service' : status,
        run: () => open(name, instance_id),
      })),
    ),
  ];
}
