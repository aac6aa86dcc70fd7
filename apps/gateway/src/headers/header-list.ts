import { fieldName } from './field-name';

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
  /** Changes every value of this name where it stands. */
  replace(name: string, change: (value: string) => string): void;
  /** The same fields, to be changed by themselves. */
  copy(): HeaderList;
  /** Name, value, name, value …, as Node's http takes them. Not to be changed, nor is the list from then on. */
  toRaw(): string[];
}

/** @param raw name, value, name, value … as Node's `rawHeaders`; not changed */
export function headerListOf(raw: readonly string[]): HeaderList {
  const own = raw.length % 2 === 0 ? raw.slice() : raw.slice(0, -1);
  const names: string[] = [];
  for (let index = 0; index < own.length; index += 2) names.push(lowered(own[index] ?? ''));
  return new Fields(own, names);
}

const NONE: readonly string[] = [];

// A class, because three are made for every request.
class Fields implements HeaderList {
  readonly #raw: string[];
  readonly #names: string[];

  constructor(raw: string[], names: string[]) {
    this.#raw = raw;
    this.#names = names;
  }

  get(name: string): string | undefined {
    const place = this.#names.indexOf(name);
    return place === -1 ? undefined : this.#raw[2 * place + 1];
  }

  all(name: string): readonly string[] {
    const first = this.#names.indexOf(name);
    if (first === -1) return NONE;
    const values: string[] = [];
    for (let place = first; place < this.#names.length; place += 1)
      if (this.#names[place] === name) values.push(this.#raw[2 * place + 1] ?? '');
    return values;
  }

  append(name: string, value: string): void {
    this.#names.push(lowered(name));
    this.#raw.push(name, value);
  }

  set(name: string, value: string): void {
    const wanted = lowered(name);
    if (this.#names.includes(wanted)) this.removeWhere((one) => one === wanted);
    this.append(name, value);
  }

  removeWhere(unwanted: (name: string) => boolean): void {
    const names = this.#names;
    const raw = this.#raw;
    let kept = 0;
    for (let place = 0; place < names.length; place += 1) {
      const name = names[place] ?? '';
      if (unwanted(name)) continue;
      if (kept !== place) {
        names[kept] = name;
        raw[2 * kept] = raw[2 * place] ?? '';
        raw[2 * kept + 1] = raw[2 * place + 1] ?? '';
      }
      kept += 1;
    }
    // Not by setting the length: that leaves compiled code, and costs more than all of the above.
    for (let extra = names.length - kept; extra > 0; extra -= 1) {
      names.pop();
      raw.pop();
      raw.pop();
    }
  }

  replace(name: string, change: (value: string) => string): void {
    for (let place = this.#names.indexOf(name); place !== -1; place = this.#names.indexOf(name, place + 1))
      this.#raw[2 * place + 1] = change(this.#raw[2 * place + 1] ?? '');
  }

  copy(): HeaderList {
    return new Fields(this.#raw.slice(), this.#names.slice());
  }

  toRaw(): string[] {
    return this.#raw;
  }
}

function lowered(name: string): string {
  return fieldName(name) ?? name.toLowerCase();
}
