/**
 * A message's header fields in the order and spelling in which they came, duplicates included: joined or reordered
 * they are another message (Set-Cookie cannot be joined at all). Names are asked for in lower case.
 */
export interface HeaderList {
  /** The first value. */
  get(name: string): string | undefined;
  /** Every value, in order. */
  all(name: string): readonly string[];
  /** Adds a field at the end. */
  append(name: string, value: string): void;
  /** Leaves one field of this name, at the end. */
  set(name: string, value: string): void;
  removeWhere(unwanted: (name: string) => boolean): void;
  /** Name, value, name, value …, as Node's http and undici take them. */
  toRaw(): string[];
}

/** @param raw name, value, name, value … as Node's `rawHeaders`; not changed */
export function headerListOf(raw: readonly string[]): HeaderList {
  let spelled: string[] = [];
  let names: string[] = [];
  let values: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) add(raw[index] ?? '', raw[index + 1] ?? '');

  function add(name: string, value: string): void {
    spelled.push(name);
    names.push(name.toLowerCase());
    values.push(value);
  }

  function removeWhere(unwanted: (name: string) => boolean): void {
    if (!names.some(unwanted)) return;
    const kept = names.map((name) => !unwanted(name));
    const isKept = (_: string, index: number): boolean => kept[index] === true;
    spelled = spelled.filter(isKept);
    values = values.filter(isKept);
    names = names.filter(isKept);
  }

  return {
    get: (name) => values[names.indexOf(name)],
    all: (name) => values.filter((_, index) => names[index] === name),
    append: add,
    set(name, value) {
      const wanted = name.toLowerCase();
      removeWhere((one) => one === wanted);
      add(name, value);
    },
    removeWhere,
    toRaw() {
      // flatMap reads better and costs ten times as much, twice for every request.
      const raw: string[] = [];
      for (let index = 0; index < spelled.length; index += 1)
        raw.push(spelled[index] ?? '', values[index] ?? '');
      return raw;
    },
  };
}
