import { isChangeTooLarge } from '../errors';

/** What came of work that was done in parts. */
export interface PartsResult<R> {
  /** Of the parts that were done, in their order. */
  readonly results: readonly R[];
  /** Why others were not. */
  readonly failures: readonly unknown[];
}

/**
 * Work on many records, a part after the other: each part is one change. How many bytes an engine takes at once is known
 * to the engine alone, so a part that it refuses as too large is done in halves. One record that is too large by itself
 * keeps none of the others; what is refused for another reason would be refused to the parts after it as well.
 *
 * @param most items of a part
 * @param work decides on the catalog as it is when it is called; called for the first part in the same turn
 */
export async function inParts<I, R>(
  items: readonly I[],
  most: number,
  work: (part: readonly I[]) => Promise<R>,
): Promise<PartsResult<R>> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const parts = slices(items, most);
  for (let part = parts.shift(); part !== undefined; part = parts.shift())
    try {
      results.push(await work(part));
    } catch (error) {
      if (part.length > 1 && isChangeTooLarge(error)) {
        parts.unshift(...slices(part, Math.ceil(part.length / 2)));
        continue;
      }
      failures.push(error);
      if (!isChangeTooLarge(error)) break;
    }
  return { results, failures };
}

function slices<I>(items: readonly I[], most: number): (readonly I[])[] {
  const parts: (readonly I[])[] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
}
