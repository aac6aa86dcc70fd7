import { runInContext, createLogger, type Span, type SpanStart, type Tracer } from '@rollcall/service-kit';
import { sql, type Kysely } from 'kysely';
import { createDatabase } from './database';

interface Started extends SpanStart {
  readonly parentId: string;
  errorType?: string | undefined;
  endedAt?: number | undefined;
}

/** Keeps what is begun. */
function keepingTracer(): { readonly tracer: Tracer; readonly started: readonly Started[] } {
  const started: Started[] = [];
  const startChild: Tracer['startChild'] = (parent, span) => {
    const kept: Started = { ...span, parentId: parent.spanId };
    started.push(kept);
    const made: Span = {
      trace: parent,
      rename: () => undefined,
      set: () => undefined,
      addEvent: () => undefined,
      fail: (errorType) => void (kept.errorType = errorType),
      end: (endedAt) => void (kept.endedAt = endedAt),
    };
    return made;
  };
  const counts = { exported: 0, queueFull: 0, exportFailed: 0 };
  return { started, tracer: { sample: () => true, counts, start: startChild, startChild } };
}

describe('the spans of queries', () => {
  const { tracer, started } = keepingTracer();
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  let db: Kysely<{ readonly notes: { readonly id: string } }>;

  beforeAll(async () => {
    db = createDatabase({ kind: 'sqlite-memory' }, { tracer });
    await db.schema.createTable('notes').addColumn('id', 'text').execute();
  });
  afterAll(() => db.destroy());

  const inRequest = <T>(flags: number, work: () => Promise<T>): Promise<T> =>
    runInContext(
      { requestId: 'r1', logger, trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags } },
      work,
    );
  const spansOf = async (work: () => Promise<unknown>): Promise<readonly Started[]> => {
    const before = started.length;
    await work();
    return started.slice(before);
  };

  it('have the text with placeholders, so that no value of a row is in them', async () => {
    const spans = await spansOf(() =>
      inRequest(1, () => db.selectFrom('notes').selectAll().where('id', '=', 'hunter2').execute()),
    );
    expect(spans).toMatchObject([
      {
        name: 'SELECT',
        kind: 'client',
        parentId: 'b'.repeat(16),
        attributes: { 'db.system.name': 'sqlite', 'db.operation.name': 'SELECT' },
      },
    ]);
    expect(spans[0]?.attributes?.['db.query.text']).toMatch(/^select \* from "notes" where "id" = \?/);
    expect(JSON.stringify(spans)).not.toContain('hunter2');
    expect(spans[0]?.endedAt).toBeGreaterThanOrEqual(spans[0]?.startedAt ?? Infinity);
  });

  it.each([
    ['insert into notes (id) values (1)', 'INSERT'],
    ['  delete from notes', 'DELETE'],
  ])('are called after what a query does: %s', async (text, name) => {
    const [span] = await spansOf(() => inRequest(1, () => sql.raw(text).execute(db)));
    expect(span?.name).toBe(name);
  });

  it('say that a query failed, and end', async () => {
    const [span] = await spansOf(() =>
      inRequest(1, () => sql`select * from nowhere`.execute(db)).catch(() => undefined),
    );
    expect(span?.errorType).toEqual(expect.any(String));
    expect(span?.endedAt).toEqual(expect.any(Number));
  });

  it('are not made for a request that is not sampled, nor outside of one', async () => {
    const read = () => db.selectFrom('notes').selectAll().execute();
    expect(await spansOf(() => inRequest(0, read))).toEqual([]);
    expect(await spansOf(read)).toEqual([]);
  });
});
