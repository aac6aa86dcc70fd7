import type Joi from 'joi';
import { shapeOf, type InputShape } from './input-shape';
import type { Fault } from './problem';

export type CheckedInput<T> =
  | { readonly value: T }
  | {
      /** The first of them, `MOST_FAULTS` at most. */
      readonly faults: readonly Fault[];
      readonly more: boolean;
    };

/** More are not read by the person who mends the input, and a sender could cause one per byte. */
export const MOST_FAULTS = 20;
/** Longest text and path of a fault, characters: both may repeat the input. */
const LONGEST_TEXT = 300;

/**
 * Validates input by its schema, and by the rules that hold for all input:
 *
 * - `null` for an optional field is the same as leaving it out: many languages write it for an absent value.
 * - Text is well-formed Unicode without NUL, and no key is `__proto__`: stores and readers would change or reject them.
 * - Lists and maps that are longer than the schema allows are not inspected: refusing input costs no more than taking it.
 */
export function checkInput<T>(
  schema: Joi.Schema<T>,
  value: unknown,
  options: Pick<Joi.ValidationOptions, 'convert' | 'errors'> = {},
): CheckedInput<T> {
  const own: Fault[] = [];
  const prepared = prepare(value, shapeOf(schema), '', own);
  const result = schema.validate(prepared, {
    errors: { wrap: { label: false } },
    ...options,
    abortEarly: false,
  });
  if (result.error === undefined && own.length === 0) return { value: result.value };
  const ruled = result.error?.details.map(({ path, message }) => ({ path: path.join('.'), message })) ?? [];
  const faults = [...own, ...ruled.filter(({ path }) => !own.some((fault) => fault.path === path))];
  return {
    faults: faults
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => ({ path: shortened(path), message: shortened(message) })),
    more: faults.length > MOST_FAULTS,
  };
}

/** The value itself, unless a part of it has to be left out. */
function prepare(value: unknown, shape: InputShape, path: string, faults: Fault[]): unknown {
  if (typeof value === 'string') {
    if (NOT_TEXT.test(value)) faults.push({ path, message: `${path || 'value'} ${NOT_TEXT_FAULT}` });
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? prepareList(value, shape, path, faults)
    : prepareObject(value as Readonly<Record<string, unknown>>, shape, path, faults);
}

function prepareList(list: readonly unknown[], shape: InputShape, path: string, faults: Fault[]): unknown {
  const { items, max } = shape;
  // One more than allowed: the schema then reports it.
  const within = list.length > max + 1 ? list.slice(0, max + 1) : list;
  if (items === undefined) return within;
  let copy: unknown[] | undefined;
  for (const [index, item] of within.entries()) {
    const prepared = prepare(item, items, joined(path, String(index)), faults);
    if (prepared !== item) (copy ??= [...within])[index] = prepared;
  }
  return copy ?? within;
}

function prepareObject(
  object: Readonly<Record<string, unknown>>,
  shape: InputShape,
  path: string,
  faults: Fault[],
): unknown {
  const kept: [string, unknown][] = [];
  let changed = false;
  /** Keys that the schema does not name: of a map, or faults. */
  let others = 0;
  const mostOthers = shape.open ? shape.max : MOST_FAULTS;
  for (const key of Object.keys(object)) {
    const known = shape.keys.get(key);
    const value = known === undefined ? object[key] : prepare(object[key], known, joined(path, key), faults);
    if (known === undefined) others += 1;
    const isNothing = value === null && known !== undefined && !known.nullable;
    if (key === '__proto__')
      faults.push({ path: joined(path, key), message: `${joined(path, key)} is not allowed` });
    else if (known === undefined && isNoText(key, value))
      faults.push({ path: joined(path, key), message: `${joined(path, key)} ${NOT_TEXT_FAULT}` });
    else if (!isNothing && others <= mostOthers + 1) {
      kept.push([key, value]);
      if (value === object[key]) continue;
    }
    changed = true;
  }
  return changed ? Object.fromEntries(kept) : object;
}

/** NUL, which PostgreSQL and C strings cannot hold, and lone surrogates, which UTF-8 cannot encode (RFC 8259 §8.2). */
const NOT_TEXT = /[\0\ud800-\udfff]/u;
const NOT_TEXT_FAULT = 'must be well-formed Unicode text without NUL';

function isNoText(key: string, value: unknown): boolean {
  return NOT_TEXT.test(key) || (typeof value === 'string' && NOT_TEXT.test(value));
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
