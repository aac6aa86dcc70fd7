import type Joi from 'joi';
import type { DocumentPath } from './place';

/** What `Joi.Schema.describe` says of one schema, as far as it is looked at here. */
interface Described {
  readonly keys?: Readonly<Record<string, Described>>;
  readonly items?: readonly Described[];
  readonly matches?: readonly { readonly then?: Described; readonly otherwise?: Described }[];
  readonly metas?: readonly { readonly form?: string }[];
}

/** What a schema has words for at a place of a document. */
export interface SchemaWords {
  /** The keys that may stand there. */
  readonly keys: readonly string[];
  /** What may be written there instead of what cannot, where the schema has an example (`meta({ form })`). */
  readonly form: string | undefined;
}

export function schemaWords(schema: Joi.Schema, path: DocumentPath): SchemaWords {
  let there: readonly Described[] = alternatives([schema.describe() as Described]);
  for (const step of path)
    there = alternatives(
      there.flatMap(({ keys = {}, items = [] }) =>
        typeof step === 'number' ? items : Object.hasOwn(keys, step) ? [keys[step] ?? {}] : [],
      ),
    );
  return {
    keys: [...new Set(there.flatMap(({ keys = {} }) => Object.keys(keys)))],
    form: there.flatMap(({ metas = [] }) => metas.flatMap(({ form }) => form ?? []))[0],
  };
}

/** Each of them, and what they may be instead. */
function alternatives(described: readonly Described[]): readonly Described[] {
  return described.flatMap((one) => [
    one,
    ...(one.matches ?? []).flatMap(({ then, otherwise }) =>
      alternatives([then, otherwise].filter((other) => other !== undefined)),
    ),
  ]);
}
