import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance } from '@rollcall/contracts';
import fc from 'fast-check';
import { piecesOf, readCatalogCache, writeCatalogCache } from './catalog-cache';
import type { Snapshot } from './discovery-result';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rollcall-cache-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function anInstance(id: string, metadata: Record<string, string> = {}): Instance {
  return {
    instance_id: id,
    service_name: 'product',
    url: `http://10.0.0.1:8081/${encodeURIComponent(id)}`,
    status: 'up',
    version: null,
    zone: null,
    tags: [],
    weight: 100,
    metadata,
    routes: [{ path_prefix: '/products' }],
    ttl_seconds: 30,
    health_path: '/livez',
    registered_at: 1_790_000_000,
    last_heartbeat: 1_790_000_000,
    epoch: 1,
    revision: 1,
  };
}

function aSnapshot(serviceName: string, ...instances: Instance[]): Snapshot {
  return { serviceName, revision: 7, instances };
}

const thousandsOfInstances: Snapshot[] = [
  aSnapshot('large', ...Array.from({ length: 6000 }, (_, index) => anInstance(`large-${index}`))),
  ...Array.from({ length: 4000 }, (_, index) => aSnapshot(`small-${index}`, anInstance(`small-${index}`))),
];
const LONGEST_INSTANCE = JSON.stringify(anInstance('large-9999')).length;

const snapshots = fc.array(
  fc.record({
    serviceName: fc.string(),
    revision: fc.nat(),
    instances: fc.array(
      fc
        .tuple(fc.string(), fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }))
        .map(([id, metadata]) => anInstance(id, metadata)),
    ),
  }),
);

describe('the text of a catalog', () => {
  it('says the same in pieces as whole', () => {
    fc.assert(
      fc.property(snapshots, (services) => {
        const text = [...piecesOf({ savedAt: 5, snapshots: services })].join('');
        // What JSON makes of it and back: it has no undefined, and knows one kind of zero.
        const whole: unknown = JSON.parse(JSON.stringify({ format: 1, saved_at: 5, services }));
        expect(JSON.parse(text)).toEqual(whole);
      }),
    );
  });

  it('is made of pieces of bounded length, whether one service is large or there are many', () => {
    const lengths = Array.from(
      piecesOf({ savedAt: 5, snapshots: thousandsOfInstances }),
      (piece) => piece.length,
    );

    expect(Math.max(...lengths)).toBeLessThan(64 * 1024 + 2 * LONGEST_INSTANCE);
    expect(lengths.length).toBeGreaterThan(20);
  });
});

describe('a catalog that is written', () => {
  it('leaves the event loop between its pieces, and is read as it was', async () => {
    const file = join(folder, 'catalog.json');
    let turns = 0;
    const countTurns = (): NodeJS.Immediate => setImmediate(() => ((turns += 1), (counting = countTurns())));
    let counting = countTurns();
    const turnsAt: number[] = [];
    function* asked(): Generator<Snapshot> {
      for (const snapshot of thousandsOfInstances) {
        turnsAt.push(turns);
        yield snapshot;
      }
    }

    expect(await writeCatalogCache(file, { savedAt: 5, snapshots: asked() })).toBeUndefined();
    clearImmediate(counting);

    // Each piece waits for the one before to be written, which takes the loop at least once around.
    expect(new Set(turnsAt).size).toBeGreaterThan(10);
    expect(readCatalogCache(file)).toEqual({
      kind: 'read',
      catalog: { savedAt: 5, snapshots: thousandsOfInstances },
    });
  });

  it('is read by nobody else, and neither is the folder that was made for it', async () => {
    const file = join(folder, 'made/for/it/catalog.json');

    await writeCatalogCache(file, { savedAt: 5, snapshots: [aSnapshot('product')] });

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'made')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['too large', 'CACHE_TOO_LARGE', tooLarge],
    ['cut off', 'Error', cutOff],
  ])('keeps the one before, and leaves nothing beside it, when it is %s', async (_why, code, broken) => {
    const file = join(folder, 'catalog.json');
    await writeCatalogCache(file, { savedAt: 5, snapshots: [aSnapshot('product')] });

    expect(await writeCatalogCache(file, { savedAt: 6, snapshots: broken() })).toMatchObject({ code });

    expect(readCatalogCache(file)).toMatchObject({ catalog: { savedAt: 5 } });
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  });

  it('says why when its folder cannot be made', async () => {
    writeFileSync(join(folder, 'a file'), '');

    const failure = await writeCatalogCache(join(folder, 'a file', 'catalog.json'), {
      savedAt: 5,
      snapshots: [],
    });

    expect(failure).toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) });
  });
});

function* tooLarge(): Generator<Snapshot> {
  const metadata = { text: 'x'.repeat(1024 * 1024) };
  for (;;) yield aSnapshot('product', anInstance('large', metadata));
}

function* cutOff(): Generator<Snapshot> {
  yield* thousandsOfInstances;
  throw new Error('in the middle');
}
