/** A key of a map or an item of a list, from the top. */
export type DocumentPath = readonly (string | number)[];

/** Where in a text something stands, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A text as the package `yaml` parses it, as far as it is looked at here: whoever reads a file brings the parser. */
export interface YamlDocument {
  readonly errors: readonly { readonly code: string; readonly pos: readonly [number, number] }[];
  readonly contents: unknown;
  toJS(options: { readonly maxAliasCount: number }): unknown;
}

/** A node of it. Maps have pairs for items, lists nodes; an alias knows what it stands for. */
interface YamlNode {
  readonly range?: readonly number[] | null;
  readonly items?: readonly unknown[];
  readonly value?: unknown;
  resolve?(document: YamlDocument): unknown;
}

export function placeOfOffset(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Where a key or an item stands. What is missing stands where it would belong: at what is around it. */
export function placeIn(text: string, document: YamlDocument, path: DocumentPath): Place {
  let node = nodeOf(document.contents);
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (node?.resolve !== undefined) node = nodeOf(node.resolve(document));
    const { items } = node ?? {};
    if (items === undefined) break;
    if (typeof step === 'number') {
      node = nodeOf(items[step]);
      offset = startOf(node) ?? offset;
    } else {
      const pair = items.map(pairOf).find((one) => String(one?.key?.value) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    }
  }
  return placeOfOffset(text, offset);
}

function nodeOf(value: unknown): YamlNode | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

function pairOf(item: unknown): { readonly key?: YamlNode; readonly value?: YamlNode } | undefined {
  if (typeof item !== 'object' || item === null || !('key' in item) || !('value' in item)) return undefined;
  const [key, value] = [nodeOf(item.key), nodeOf(item.value)];
  return { ...(key && { key }), ...(value && { value }) };
}

function startOf(node: YamlNode | undefined): number | undefined {
  return node?.range?.[0];
}
