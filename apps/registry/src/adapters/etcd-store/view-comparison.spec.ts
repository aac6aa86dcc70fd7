import type { KeyValue } from '@rollcall/etcd-client';
import { createFakeClock } from '@rollcall/testing';
import { createEtcdKeys } from './etcd-keys';
import { createProgress } from './progress';
import { differingKeys } from './view-comparison';

const keys = createEtcdKeys('/rollcall/');

interface Listed {
  readonly revision: number;
  readonly there: Readonly<Record<string, number>>;
}

/**
 * Looks at a view that knows some keys by their revisions, and has got to a position, when etcd has others.
 *
 * @param then what etcd has when it is asked again; by default the same
 */
function compare(
  known: Readonly<Record<string, number>>,
  first: Listed,
  position = first.revision,
  then = first,
): Promise<readonly string[]> {
  const lists = [first, then];
  const clock = createFakeClock();
  const progress = createProgress((delayMs, task) => clock.after(delayMs, task));
  progress.restart(position);
  const result = differingKeys({
    client: { list: () => Promise.resolve(listOf(lists.shift() ?? then)) },
    keys,
    keyRevisions: () => new Map(Object.entries(known)),
    progress,
  });
  void clock.advance(60_000);
  return result;
}

function listOf({ revision, there }: Listed) {
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
  return { revision, keyValues };
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

  it('is not what was deleted while it was compared, and is what differs beside it', async () => {
    const listed = { revision: 9, there: { a: 1, gone: 2, missed: 3 } };
    const later = { revision: 10, there: { a: 1, missed: 3 } };
    expect(await compare({ a: 1 }, listed, 10, later)).toEqual(['missed']);
    expect(await compare({ a: 1, missed: 3 }, listed, 10, later)).toEqual([]);
  });

  it('cannot be said of a view that does not get to where the list is', async () => {
    expect(await compare({}, { revision: 9, there: { a: 1 } }, 8)).toEqual([]);
  });
});
