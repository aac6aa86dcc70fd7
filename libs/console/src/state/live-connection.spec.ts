import type { Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startLiveServer, type LiveServer } from '../../test/support/live-server';
import { fetchFrom, setGlobals } from '../../test/support/page-globals';
import type { Frame } from './frame';
import { openLiveConnection, type LiveConnection } from './live-connection';

let server: LiveServer;
let restore: () => void;
let connection: LiveConnection;
let frames: Frame[];

beforeEach(async () => {
  server = await startLiveServer();
  restore = setGlobals({ fetch: fetchFrom(server.url) });
  frames = [];
});

afterEach(async () => {
  connection.close();
  await server.stop();
  restore();
});

function open(token?: string): void {
  connection = openLiveConnection({ token, onFrames: (some) => frames.push(...some) });
}

const instance = (id: string, status: Instance['status'] = 'up'): Partial<Instance> => ({
  instance_id: id,
  service_name: 'product',
  status,
  registered_at: 1,
});
const hello = (resumed: boolean) => ({
  catalog_id: 'c',
  revision: 1,
  stream_secret: '',
  warming: false,
  resumed,
});
const snapshot = (revision: number, ...ids: string[]) => ({
  service_name: 'product',
  revision,
  instances: ids.map((id) => instance(id)),
});
const delta = (from: number, to: number, upserted: readonly unknown[]) => ({
  service_name: 'product',
  prev_revision: from,
  revision: to,
  upserted,
  removed: [],
});
const shown = () =>
  (connection.current().catalog.get('product')?.instances ?? []).map(
    ({ instance_id, status }) => `${instance_id} ${status}`,
  );
const status = () => connection.current().connection;
const statuses = () => frames.flatMap((frame) => (frame.type === 'connection' ? [frame.data.status] : []));

test('the stream makes one picture, told to the reader as it comes, whole frames cut anywhere', async () => {
  open('secret');
  const stream = await server.stream(0);
  expect(stream.headers).toMatchObject({ authorization: 'Bearer secret', accept: 'text/event-stream' });
  expect(stream.headers).not.toHaveProperty('last-event-id');

  const text = `event: hello\ndata: ${JSON.stringify(hello(false))}\n\nevent: snapshot\nid: 7\ndata: ${JSON.stringify(snapshot(7, 'a', 'ü'))}\n\n`;
  const bytes = Buffer.from(text);
  // In the middle of a character of two bytes.
  const cut = bytes.indexOf(0xc3) + 1;
  stream.write(bytes.subarray(0, cut));
  await eventually(() => frames.some(({ type }) => type === 'hello'));
  stream.write(bytes.subarray(cut));
  stream.send('synced', { revision: 7 });

  await eventually(() => connection.current().synced);
  expect(shown()).toEqual(['a up', 'ü up']);
  expect(frames.map(({ type }) => type)).toEqual(['connection', 'hello', 'snapshot', 'synced']);
});

test('a stream that ends is opened again, from the last event on, and the reader hears of both', async () => {
  open();
  const first = await server.stream(0);
  first.send('hello', hello(false));
  first.send('snapshot', snapshot(1, 'a'), 'c:1');
  first.send('synced', { revision: 1 }, 'c:1');
  await eventually(() => connection.current().synced);
  first.end();

  const second = await server.stream(1);
  expect(second.headers['last-event-id']).toBe('c:1');
  second.send('hello', hello(true));
  second.send('delta', delta(1, 2, [instance('a', 'suspect')]), 'c:2');

  await eventually(() => shown().includes('a suspect'));
  expect(statuses()).toEqual(['live', 'lost', 'live']);
});

test('a change that is missing is not guessed: everything is asked for anew, and is shown until then', async () => {
  open();
  const first = await server.stream(0);
  first.send('hello', hello(false));
  first.send('snapshot', snapshot(1, 'a'), 'c:1');
  first.send('synced', { revision: 1 }, 'c:1');
  await eventually(() => connection.current().synced);
  first.send('delta', delta(3, 4, [instance('b')]), 'c:4');

  const second = await server.stream(1);
  expect(second.headers).not.toHaveProperty('last-event-id');
  expect(shown()).toEqual(['a up']);
  expect(frames.some(({ type }) => type === 'delta')).toBe(false);

  second.send('hello', hello(false));
  second.send('snapshot', snapshot(4, 'a', 'b'), 'c:4');
  await eventually(() => frames.filter(({ type }) => type === 'snapshot').length === 2);
  expect(shown()).toEqual(['a up']);
  second.send('synced', { revision: 4 }, 'c:4');
  await eventually(() => shown().length === 2);
});

test('changes that come twice or late after a resume change nothing', async () => {
  open();
  const stream = await server.stream(0);
  stream.send('hello', hello(false));
  stream.send('snapshot', snapshot(5, 'a'), 'c:5');
  stream.send('synced', { revision: 5 });
  stream.send('delta', delta(5, 6, [instance('a', 'suspect')]), 'c:6');
  stream.send('delta', delta(5, 6, [instance('a', 'suspect')]), 'c:6');
  stream.send('delta', delta(2, 3, [instance('old')]), 'c:3');
  stream.send('delta', delta(6, 7, [instance('a')]), 'c:7');

  await eventually(() => connection.current().catalog.get('product')?.revision === 7);
  expect(shown()).toEqual(['a up']);
  expect(server.streams).toHaveLength(1);
});

test('what a newer registry sends besides is passed over, and registered text is shown, not obeyed', async () => {
  open();
  const stream = await server.stream(0);
  stream.send('hello', hello(false));
  stream.send('of_the_future', { anything: true });
  stream.write(': a comment\n\n');
  stream.send('snapshot', {
    service_name: 'product',
    revision: 1,
    instances: [{ ...instance('a\u001b[2J\u202egnp'), metadata: { __proto__x: '<script>' } }],
  });
  stream.send('synced', { revision: 1 });

  await eventually(() => connection.current().synced);
  expect(shown()).toEqual(['a␛[2J⟨U+202E⟩gnp up']);
  expect(frames.map(({ type }) => type)).toEqual(['connection', 'hello', 'snapshot', 'synced']);
});

test('an event that is no JSON ends that stream, and not the console', async () => {
  open();
  const first = await server.stream(0);
  first.send('hello', hello(false));
  first.write('event: snapshot\ndata: {"service_name":\n\n');

  const second = await server.stream(1);
  second.send('hello', hello(false));
  second.send('synced', { revision: 1 });
  await eventually(() => connection.current().synced && status().status === 'live');
});

test.each([401, 403] as const)('a token that is refused (%d) is no connection that is lost', async (code) => {
  server.refuseWith(code);
  open('old');

  await eventually(() => status().status === 'refused');
  expect(status()).toMatchObject({ code });
  expect(statuses()).toEqual(['refused']);
});

test.each([
  [429, /MAX_LIVE/],
  [503, /answers 503/],
] as const)('a registry that answers %d is tried again, and why is said', async (code, why) => {
  server.refuseWith(code);
  open();
  await eventually(() => status().status === 'lost');
  expect(status()).toMatchObject({ fault: expect.stringMatching(why) as string });

  server.refuseWith(200);
  await eventually(() => status().status === 'live', { timeoutMs: 20_000 });
});

test('a connection that is closed leaves the registry, and opens no other', async () => {
  open();
  const stream = await server.stream(0);
  stream.send('hello', hello(false));
  await eventually(() => frames.some(({ type }) => type === 'hello'));

  connection.close();

  await eventually(() => stream.isClosed());
  expect(statuses()).toEqual(['live']);
});
