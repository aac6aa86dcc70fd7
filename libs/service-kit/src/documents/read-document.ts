import type Joi from 'joi';
import { didYouMean } from './did-you-mean';
import { placeIn, placeOfOffset, type DocumentPath, type Place, type YamlDocument } from './place';
import { schemaWords } from './schema-words';

/** Something in a file that a person has to mend. */
export interface DocumentFault extends Place {
  /** From the top, with dots: `routes.1.picker`; empty for the whole. */
  readonly path: string;
  /** Names what it is about and says what to write. Repeats nothing that may be secret. */
  readonly message: string;
}

export interface ReadDocument<T> {
  readonly value: T;
  /** A fault that no schema sees. */
  fault(path: DocumentPath, message: string): DocumentFault;
}

export interface DocumentForm<T> {
  /** Of the package `yaml`: keys unique, and no errors of its own that repeat what stands there. */
  readonly parse: (text: string) => YamlDocument;
  readonly schema: Joi.ObjectSchema<T>;
  /** What is to be written, for a file without anything in it. */
  readonly smallest: string;
  /** Lists at the top whose items people know by a key: `{ routes: { noun: 'route', by: 'path_prefix' } }`. */
  readonly items: Readonly<Record<string, { readonly noun: string; readonly by: string }>>;
  /** No value of it is repeated: it may hold secrets. */
  readonly isSecret?: boolean;
  /** Text is taken for what it is, and nothing else for text. */
  readonly convert?: boolean;
}

/**
 * A YAML file (JSON is YAML) by its schema: all of it, or everything that is wrong with it and where. Pure.
 *
 * A key without a value is a fault here, and not the same as none, as in what programs send (`checkInput`): whoever writes
 * `api_key:` and nothing behind it does not mean a route that everybody may use.
 */
export function readDocument<T>(
  text: string,
  form: DocumentForm<T>,
): ReadDocument<T> | { readonly faults: readonly DocumentFault[] } {
  const document = form.parse(text);
  if (document.errors.length > 0)
    return {
      // The parser's own messages repeat the line, which may hold a secret.
      faults: document.errors.map(({ code, pos }) => ({
        ...placeOfOffset(text, pos[0]),
        path: '',
        message: PLAIN_WORDS[code] ?? `not YAML (${code})`,
      })),
    };
  const whole = (message: string) => ({ faults: [{ ...placeIn(text, document, []), path: '', message }] });
  const content = contentOf(() => document.toJS({ maxAliasCount: 100 }));
  if (content === undefined) return whole('swells by references to itself');
  if (content.value === null || content.value === undefined)
    return whole(`the file is empty: write ${form.smallest}`);
  if (typeof content.value !== 'object' || Array.isArray(content.value))
    return whole(`must be a map of keys: write ${form.smallest}`);

  const fault = (path: DocumentPath, message: string): DocumentFault => ({
    ...placeIn(text, document, path),
    path: path.join('.'),
    message: `${nameOf(path, content.value, form)} ${message}`.trim(),
  });
  const { convert = true, schema } = form;
  const checked = schema.validate(content.value, {
    abortEarly: false,
    convert,
    errors: { label: false, wrap: { label: false, array: false } },
  });
  if (checked.error === undefined) return { value: checked.value, fault };
  return { faults: checked.error.details.map((detail) => fault(detail.path, wordsFor(detail, form))) };
}

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'not YAML: the indentation does not fit, or a bracket is not closed',
  DUPLICATE_KEY: 'keys must be unique: this one stands there twice',
  MISSING_CHAR: 'not YAML: a quote or a bracket is missing',
  MULTIPLE_DOCS: 'must be one document: take out the line ---',
  TAB_AS_INDENT: 'not YAML: tabs cannot indent, write spaces',
};

/** `undefined` when it cannot be had. */
function contentOf(read: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: read() };
  } catch {
    return undefined;
  }
}

/** `route /products: cors.origins[0]`. */
function nameOf(path: DocumentPath, content: unknown, { items }: DocumentForm<unknown>): string {
  const [list, index, ...rest] = path;
  const item = typeof list === 'string' && Object.hasOwn(items, list) ? items[list] : undefined;
  if (item === undefined || typeof index !== 'number') return dotted(path);
  const name = keyOf(keyOf(keyOf(content, list), index), item.by);
  const known = typeof name === 'string' ? `${item.noun} ${name}` : `${item.noun} ${index + 1} of the list`;
  return rest.length === 0 ? known : `${known}: ${dotted(rest)}`;
}

function keyOf(value: unknown, key: string | number | undefined): unknown {
  return typeof value === 'object' && value !== null && key !== undefined && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string | number, unknown>>)[key]
    : undefined;
}

function dotted(path: DocumentPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index > 0 ? `.${step}` : step))
    .join('');
}

function wordsFor(
  detail: Joi.ValidationErrorItem,
  { schema, isSecret = false }: DocumentForm<unknown>,
): string {
  const { type, path, message, context } = detail;
  if (type === 'object.unknown') {
    const { keys } = schemaWords(schema, path.slice(0, -1));
    const meant = didYouMean(String(path.at(-1)), keys);
    return `is no key here: ${meant === undefined ? `there are ${keys.join(', ')}` : `did you mean ${meant}?`}`;
  }
  if (type === 'any.required') return 'is missing';
  const { form } = schemaWords(schema, path);
  if (form !== undefined && (type === 'any.only' || type.endsWith('.base'))) return `must be ${form}`;
  if (type !== 'any.only') return message;
  const written: unknown = context?.['value'];
  if (isSecret || typeof written !== 'string') return message;
  const meant = didYouMean(written, (context?.['valids'] as unknown[]).map(String));
  return `${message}, and is ${written.slice(0, 40)}${meant === undefined ? '' : `: did you mean ${meant}?`}`;
}
