import type { CatalogEvent, EventsResponse, Problem } from '@rollcall/contracts';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  for (const number of [1, 2, 3]) await registry.post('/register', product(number));
  await registry.post('/register', { ...product(4), service_name: 'order' });
  await registry.post('/deregister', { instance_id: 'p-2' });
});
afterEach(() => registry.stop());

const product = (number: number) => ({
  service_name: 'product',
  url: `http://10.0.0.1:${number}`,
  instance_id: `p-${number}`,
});

const events = async (query: string): Promise<readonly CatalogEvent[]> =>
  (await registry.get<EventsResponse>(`/events?${query}`)).body.events;
const idsOf = async (query: string) => (await events(query)).map(({ instance_id }) => instance_id);

describe('the events', () => {
  it('are told oldest first, or latest first', async () => {
    expect(await idsOf('')).toEqual(['p-1', 'p-2', 'p-3', 'p-4', 'p-2']);
    expect(await idsOf('order=asc')).toEqual(await idsOf(''));
    expect(await idsOf('order=desc')).toEqual(['p-2', 'p-4', 'p-3', 'p-2', 'p-1']);
  });

  it('are read backwards page by page', async () => {
    const latest = await events('order=desc&limit=2');
    expect(latest.map(({ instance_id }) => instance_id)).toEqual(['p-2', 'p-4']);
    const before = latest.at(-1)?.revision;
    expect(await idsOf(`order=desc&limit=2&before=${before}`)).toEqual(['p-3', 'p-2']);
    expect(await idsOf('order=desc&before=1')).toEqual([]);
    expect(await idsOf('before=0')).toEqual([]);
  });

  it('are those between two revisions', async () => {
    expect(await idsOf('since=1&before=4')).toEqual(['p-2', 'p-3']);
    expect(await idsOf('since=1&before=4&order=desc')).toEqual(['p-3', 'p-2']);
    expect(await idsOf('since=4&before=2')).toEqual([]);
  });

  it('are those of one actor, one type and one service', async () => {
    await registry.clock.advance(30_000);
    expect(await idsOf('actor=registry')).toEqual(['p-1', 'p-3', 'p-4']);
    expect(await idsOf('actor=anonymous&order=desc&limit=1')).toEqual(['p-2']);
    expect(await idsOf('type=deregistered')).toEqual(['p-2']);
    expect(await idsOf('type=evicted&service=product')).toEqual(['p-1', 'p-3']);
    expect(await idsOf('type=evicted&actor=anonymous')).toEqual([]);
    expect(await idsOf('actor=nobody-of-this-name')).toEqual([]);
  });

  it.each([
    ['type=', 'type', 'registered'],
    ['type=gone', 'type', 'evicted'],
    ['order=newest', 'order', 'desc'],
    ['actor=a%20b', 'actor', 'letters, digits'],
    ['actor=%1b%5B31m', 'actor', 'letters, digits'],
    [`actor=${'a'.repeat(64)}`, 'actor', '1 to 63'],
    ['actor=', 'actor', 'empty'],
    ['before=-1', 'before', 'greater than or equal to 0'],
    ['before=latest', 'before', 'number'],
    ['before=1&before=2', 'before', 'number'],
    ['before=1e400', 'before', 'number'],
    ['limit=1001', 'limit', '1000'],
    ['until=3', 'until', 'not allowed'],
  ])('are refused for ?%s, with what is allowed', async (query, path, allowed) => {
    const { status, body } = await registry.get<Problem>(`/events?${query}`);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.faults).toContainEqual({ path, message: expect.stringContaining(allowed) });
  });
});
