import fc from 'fast-check';
import { eventually } from '@rollcall/testing';
import { databaseKinds, type TestDatabase } from '@rollcall/testing/databases';
import { startProduct, type StartedProduct } from './started-product';

const cup = { name: 'Cup', description: 'Porcelain', price_cents: 890, currency: 'EUR' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let product: StartedProduct;

const get = (path: string) => fetch(product.url + path);
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${product.url}/products`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const stored = async () => ((await (await get('/products')).json()) as { items: unknown[] }).items;

describe.each(databaseKinds)('products over HTTP, kept in $kind', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
    product = await startProduct({ ...database.settings, SAMPLE_DATA: 'off' });
  });

  afterEach(async () => {
    await product.stop();
    await database.drop();
  });

  it('adds a product and says where it is', async () => {
    const response = await post(cup);

    expect(response.status).toBe(201);
    const added: unknown = await response.json();
    expect(added).toEqual({
      ...cup,
      id: expect.stringMatching(UUID),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const found = await get(response.headers.get('location') ?? '');
    expect(found.status).toBe(200);
    expect(await found.json()).toEqual(added);
  });

  it('lists the newest first, page by page', async () => {
    for (const name of ['first', 'second', 'third']) {
      await post({ ...cup, name });
      // Two of one millisecond are ordered by their ids.
      const now = Date.now();
      await eventually(() => Date.now() > now);
    }

    const first = await get('/products?limit=2');
    const page = (await first.json()) as { items: { name: string }[]; next_cursor: string };
    expect(page.items.map(({ name }) => name)).toEqual(['third', 'second']);
    expect(first.headers.get('link')).toBe(`</products?limit=2&cursor=${page.next_cursor}>; rel="next"`);

    const last = await get(`/products?limit=2&cursor=${page.next_cursor}`);
    expect(await last.json()).toEqual({
      items: [expect.objectContaining({ name: 'first' })],
      next_cursor: null,
    });
  });

  test.each(['00000000-0000-4000-8000-00000000dead', 'not-a-uuid', '%00'])(
    'has no product %s',
    async (id) => {
      const response = await get(`/products/${id}`);

      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'PRODUCT_NOT_FOUND' });
    },
  );

  describe('with an Idempotency-Key', () => {
    it('gives the same answer to the same request, and adds one product', async () => {
      const first = await post(cup, { 'idempotency-key': 'k1' });
      const again = await post(cup, { 'idempotency-key': 'k1' });

      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
      expect(await again.json()).toEqual(await first.json());
      expect(await stored()).toHaveLength(1);
    });

    it('adds one product for duplicates that arrive together', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => (await post(cup, { 'idempotency-key': 'k1' })).json()),
      );

      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await stored()).toEqual([answers[0]]);
    });

    it('refuses another body under the same key', async () => {
      await post(cup, { 'idempotency-key': 'k1' });

      const response = await post({ ...cup, price_cents: 891 }, { 'idempotency-key': 'k1' });

      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect(await stored()).toHaveLength(1);
    });

    it('refuses a key that cannot be one', async () => {
      const response = await post(cup, { 'idempotency-key': 'a b' });

      expect(response.status).toBe(400);
      expect(await stored()).toEqual([]);
    });
  });
});

describe('product over HTTP', () => {
  beforeEach(async () => {
    product = await startProduct({ SAMPLE_DATA: 'off' });
  });

  afterEach(() => product.stop());

  it('announces itself with its path', async () => {
    expect(await eventually(() => product.registry.instances('product')[0])).toMatchObject({
      url: product.url,
      routes: [{ path_prefix: '/products' }],
    });
  });

  it('reads text back as it came, or refuses it', async () => {
    const text = fc.oneof(
      fc.constantFrom(
        ' Cup ',
        '\u00e9',
        'e\u0301',
        '\ud800',
        'a\0',
        '__proto__',
        '\ufeff',
        '\u2028',
        'eur',
        'EUR',
      ),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('name', 'description', 'currency'), text, async (field, value) => {
        const response = await post({ ...cup, [field]: value });
        if (response.status === 400) return;
        const added = (await response.json()) as { id: string };
        expect(added).toMatchObject({ ...cup, [field]: value });
        expect(await (await get(`/products/${added.id}`)).json()).toEqual(added);
      }),
      { numRuns: 150 },
    );
  });

  it('takes null for nothing, and an answer for another of the same', async () => {
    const added = await (await post({ ...cup, description: null })).json();
    expect(added).toMatchObject({ ...cup, description: '' });
    const again = await post(added);
    expect([again.status, await again.json()]).toEqual([
      201,
      {
        ...(added as object),
        id: expect.not.stringMatching((added as { id: string }).id),
        created_at: expect.any(String),
      },
    ]);
    expect((await post({ ...cup, price_cents: null })).status).toBe(400);
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', {}, ['name', 'price_cents', 'currency']],
    ['a blank name', { ...cup, name: '  ' }, ['name']],
    ['a long name', { ...cup, name: 'x'.repeat(201) }, ['name']],
    ['NUL in its text', { ...cup, description: 'a\0b' }, ['description']],
    ['a price as text', { ...cup, price_cents: '890' }, ['price_cents']],
    ['a broken price', { ...cup, price_cents: 8.9 }, ['price_cents']],
    ['a negative price', { ...cup, price_cents: -1 }, ['price_cents']],
    ['a price beyond what numbers keep', { ...cup, price_cents: 2 ** 53 }, ['price_cents']],
    ['a currency in lower case', { ...cup, currency: 'eur' }, ['currency']],
    ['a currency of two letters', { ...cup, currency: 'EU' }, ['currency']],
    ['what it does not know', { ...cup, id: 'mine' }, ['id']],
    ['a list', [cup], ['']],
  ])('refuses a product with %s, naming every fault', async (_what, body, paths) => {
    const response = await post(body);

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    const { faults } = (await response.json()) as { faults: { path: string }[] };
    expect(faults.map(({ path }) => path)).toEqual(paths);
    expect(await stored()).toEqual([]);
  });

  it('refuses malformed JSON, other media types, other methods and long bodies', async () => {
    expect((await post('{"name": ')).status).toBe(400);
    expect((await post('name=cup', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ ...cup, description: 'x'.repeat(70_000) })).status).toBe(413);
    const removal = await fetch(`${product.url}/products`, { method: 'DELETE' });
    expect([removal.status, removal.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('is ready while its database answers', async () => {
    const response = await get('/readyz');

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('[+]database ok');
  });
});

describe('sample products', () => {
  it('are there from the start, under fixed ids', async () => {
    const product = await startProduct();

    const response = await fetch(`${product.url}/products/00000000-0000-4000-8000-000000000001`);
    expect(await response.json()).toMatchObject({ name: 'Espresso cup', currency: 'EUR' });

    await product.stop();
  });
});
