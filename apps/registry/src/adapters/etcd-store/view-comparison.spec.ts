import type { KeyValue } from '@rollcall/etcd-client';
import { createFakeClock } from '@rollcall/testing';
import { createEtcdKeys } from './etcd-keys';
import { createProgress } from './progress';
import { differingKeys } from './view-comparison';

const keys = createEtcdKeys('/rollcall/');

/** Looks at a view that knows some keys by their revisions, and has got to a position, when etcd has others. */
function compare(
  known: Readonly<Record<string, number>>,
  { revision, there }: { readonly revision: number; readonly there: Readonly<Record<string, number>> },
  position = revision,
): Promise<readonly string[]> {
  const clock = createFakeClock();
  const progress = createProgress((delayMs, task) => clock.after(delayMs, task));
  progress.restart(position);
  const keyValues = Object.entries(there).map(
    ([key, modRevision]): KeyValue => ({
      key,
      modRevision,
      createRevision: modRevision,
      version: 1,
      value: Buffer.alloc(0),
      lease: undefined,
    }),
  );
  const result = differingKeys({
    client: { list: () => Promise.resolve({ revision, keyValues }) },
    keys,
    view: { keyRevisions: new Map(Object.entries(known)) },
    progress,
  });
  void clock.advance(60_000);
  return result;
}

describe('what the watch has not told', () => {
  it('is nothing where all keys have the same revisions', async () => {
    expect(await compare({ a: 1, b: 2 }, { revision: 9, there: { a: 1, b: 2 } })).toEqual([]);
  });

  it('is a key that was put, changed or deleted', async () => {
    expect(await compare({ b: 2 }, { revision: 9, there: { a: 1, b: 2 } })).toEqual(['a']);
    expect(await compare({ a: 1, b: 2 }, { revision: 9, there: { a: 5, b: 2 } })).toEqual(['a']);
    expect(await compare({ a: 1, b: 2 }, { revision: 9, there: { b: 2 } })).toEqual(['a']);
  });

  it('is not what has been told since the list was made', async () => {
    expect(await compare({ a: 10, b: 11 }, { revision: 9, there: { a: 1 } }, 11)).toEqual([]);
  });

  it('cannot be said of a view that does not get to where the list is', async () => {
    expect(await compare({}, { revision: 9, there: { a: 1 } }, 8)).toEqual([]);
  });
});
