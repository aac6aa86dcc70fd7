import { fieldName } from './field-name';
import { isFieldValue } from './field-value';

/**
 * A message's header fields in the order and spelling in which they came, duplicates included: joined or reordered
 * they are another message (Set-Cookie cannot be joined at all). Names are asked for in lower case.
 */
export interface HeaderList {
  /** The spelled name of the first field that was malformed when it came in (RFC 9110 §5.1 and §5.5), if any was. */
  readonly malformed: string | undefined;
  /** In lower case, in order. */
  readonly names: readonly string[];
  /** The first value. */
  get(name: string): string | undefined;
  /** Every value, in order. */
  all(name: string): readonly string[];
  /** Adds a field at the end. */
  append(field: string | OwnField, value: string): void;
  /** Leaves one field of this name, at the end. */
  set(field: string | OwnField, value: string): void;
  removeWhere(unwanted: (name: string) => boolean): void;
  /** Changes every value of this name where it stands. */
  replace(name: string, change: (value: string) => string): void;
  /** The same fields, to be changed by themselves. */
  copy(): HeaderList;
  /** Name, value, name, value …, as Node's http takes them. Not to be changed, nor is the list from then on. */
  toRaw(): string[];
}

/** A list that its reader does not own, and copies before it changes anything. */
export type ReadonlyHeaderList = Omit<HeaderList, 'append' | 'set' | 'removeWhere' | 'replace'>;

/**
 * A field that the gateway itself writes into every message. Its values are made of what was checked before, and are not
 * checked again.
 */
export interface OwnField {
  readonly spelled: string;
  readonly name: string;
}

export function ownField(spelled: string): OwnField {
  return { spelled, name: lowered(spelled) };
}

/** @param raw name, value, name, value … as Node's `rawHeaders`; not changed */
export function headerListOf(raw: readonly string[]): HeaderList {
  const fields = new Fields([], []);
  for (let index = 0; index + 1 < raw.length; index += 2)
    fields.append(raw[index] ?? '', raw[index + 1] ?? '');
  return fields;
}

/**
 * @param raw name, value, name, value …, each of them well-formed
 * @param names the same names in lower case
 */
export function parsedHeaderList(raw: string[], names: string[]): HeaderList {
  return new Fields(raw, names);
}

const NONE: readonly string[] = [];

// A class, because three are made for every request.
class Fields implements HeaderList {
  malformed: string | undefined;
  readonly names: string[];
  readonly #raw: string[];

  constructor(raw: string[], names: string[]) {
    this.#raw = raw;
    this.names = names;
  }

  get(name: string): string | undefined {
    const place = this.names.indexOf(name);
    return place === -1 ? undefined : this.#raw[2 * place + 1];
  }

  all(name: string): readonly string[] {
    const first = this.names.indexOf(name);
    if (first === -1) return NONE;
    const values: string[] = [];
    for (let place = first; place < this.names.length; place += 1)
      if (this.names[place] === name) values.push(this.#raw[2 * place + 1] ?? '');
    return values;
  }

  append(field: string | OwnField, value: string): void {
    if (typeof field !== 'string') return this.#add(field.spelled, field.name, value);
    const name = fieldName(field);
    this.#check(field, name !== undefined && isFieldValue(value));
    this.#add(field, name ?? field.toLowerCase(), value);
  }

  set(field: string | OwnField, value: string): void {
    const wanted = typeof field === 'string' ? lowered(field) : field.name;
    if (this.names.includes(wanted)) this.removeWhere((one) => one === wanted);
    this.append(field, value);
  }

  removeWhere(unwanted: (name: string) => boolean): void {
    const { names } = this;
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
    for (let place = this.names.indexOf(name); place !== -1; place = this.names.indexOf(name, place + 1)) {
      const value = change(this.#raw[2 * place + 1] ?? '');
      this.#check(name, isFieldValue(value));
      this.#raw[2 * place + 1] = value;
    }
  }

  copy(): HeaderList {
    const copy = new Fields(this.#raw.slice(), this.names.slice());
    copy.malformed = this.malformed;
    return copy;
  }

  toRaw(): string[] {
    return this.#raw;
  }

  #add(spelled: string, name: string, value: string): void {
    this.names.push(name);
    this.#raw.push(spelled, value);
  }

  #check(spelled: string, wellFormed: boolean): void {
    if (!wellFormed) this.malformed ??= spelled;
  }
}

function lowered(name: string): string {
  return fieldName(name) ?? name.toLowerCase();
}
