import type Joi from 'joi';

/** The shape that a schema allows: how deep a value has to be inspected. */
export interface InputShape {
  /** Of an object: its known keys. */
  readonly keys: ReadonlyMap<string, InputShape>;
  /** Keys of any name are allowed: by a pattern, or as unknown keys. */
  readonly open: boolean;
  /** Of a list: its items. */
  readonly items: InputShape | undefined;
  /** Most items, or keys of any name. */
  readonly max: number;
  /** `null` means something here. */
  readonly nullable: boolean;
}

/** The part of joi's own description that is read here. */
interface Description {
  readonly type?: string;
  readonly flags?: { readonly unknown?: boolean };
  readonly keys?: Readonly<Record<string, Description>>;
  readonly patterns?: readonly unknown[];
  readonly items?: readonly Description[];
  readonly matches?: readonly { readonly schema?: Description }[];
  readonly rules?: readonly { readonly name: string; readonly args?: { readonly limit?: unknown } }[];
  readonly allow?: readonly unknown[];
}

const shapes = new WeakMap<Joi.Schema, InputShape>();

/** Computed once per schema: describing a schema costs more than validating by it. */
export function shapeOf(schema: Joi.Schema): InputShape {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = shapeIn(schema.describe() as Description);
  shapes.set(schema, shape);
  return shape;
}

function shapeIn(description: Description): InputShape {
  const form = formIn(description);
  const { keys = {}, patterns, items, rules = [], type, flags } = form;
  const max = rules.find(({ name }) => name === 'max' || name === 'length')?.args?.limit;
  const [item] = items ?? [];
  return {
    keys: new Map(Object.entries(keys).map(([key, child]) => [key, shapeIn(child)])),
    open: patterns !== undefined || flags?.unknown === true || (type === 'object' && form.keys === undefined),
    items: item && shapeIn(item),
    max: typeof max === 'number' ? max : Infinity,
    nullable: description.allow?.includes(null) === true,
  };
}

/** The alternative that has parts. */
function formIn(description: Description): Description {
  if (description.type !== 'alternatives') return description;
  const forms = (description.matches ?? []).flatMap(({ schema }) => (schema ? [formIn(schema)] : []));
  return forms.find(({ type }) => type === 'object' || type === 'array') ?? description;
}
