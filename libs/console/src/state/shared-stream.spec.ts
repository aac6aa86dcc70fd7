import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { eventually } from '@rollcall/testing';
import { startLiveServer, type LiveServer } from '../../test/support/live-server';
import { fetchFrom, setGlobals } from '../../test/support/page-globals';
import type { Frame } from './frame';
import type { LivePicture } from './live-picture';
import { followSharedStream } from './shared-stream';

/** The worker that holds the stream, in a thread of its own, and the tabs of one browser in this one. */

interface Tab {
  readonly pictures: LivePicture[];
  readonly frames: Frame[];
  readonly close: () => void;
}

const THREAD = join(__dirname, '../../test/support/stream-worker-thread.ts');
const PAGE = new EventTarget();

let server: LiveServer;
let thread: Worker;
let restore: () => void;
let tabs: Tab[];

beforeEach(async () => {
  server = await startLiveServer();
  tabs = [];
  thread = new Worker(THREAD, {
    execArgv: ['-C', '@rollcall/source', '-r', require.resolve('@rollcall/testing/register-typescript')],
    workerData: { url: server.url },
  });
  restore = setGlobals({
    fetch: fetchFrom(server.url),
    WORKER_FILES: { 'stream-worker': THREAD },
    window: {},
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    addEventListener: PAGE.addEventListener.bind(PAGE),
    removeEventListener: PAGE.removeEventListener.bind(PAGE),
    SharedWorker: class {
      readonly port: MessagePort;

      constructor() {
        const { port1, port2 } = new MessageChannel();
        thread.postMessage(port2, [port2 as never]);
        this.port = port1;
      }
    },
  });
});

afterEach(async () => {
  for (const { close } of tabs) close();
  await thread.terminate();
  await server.stop();
  restore();
});

function openTab(token?: string): Tab {
  const pictures: LivePicture[] = [];
  const frames: Frame[] = [];
  const close = followSharedStream(token, {
    onPicture: (picture) => pictures.push(picture),
    onFrames: (some) => frames.push(...some),
  });
  const tab = { pictures, frames, close };
  tabs.push(tab);
  return tab;
}

const hello = { catalog_id: 'c', revision: 1, stream_secret: '', warming: false, resumed: false };
const snapshot = (revision: number, ...ids: string[]) => ({
  service_name: 'product',
  revision,
  instances: ids.map((instance_id) => ({
    instance_id,
    service_name: 'product',
    status: 'up',
    registered_at: 1,
  })),
});
const heard = ({ frames }: Tab, type: Frame['type']) => frames.some((frame) => frame.type === type);

async function sendCatalog(index = 0) {
  const stream = await server.stream(index);
  stream.send('hello', hello);
  stream.send('snapshot', snapshot(1, 'a', 'b'), 'c:1');
  stream.send('synced', { revision: 1 }, 'c:1');
  return stream;
}

test('all tabs hear everything over one connection, and who comes later has all that is known at once', async () => {
  const first = openTab();
  const stream = await sendCatalog();
  await eventually(() => heard(first, 'synced'));

  const second = openTab();
  const [picture] = await eventually(() => second.pictures.length > 0 && second.pictures);
  expect(picture?.synced).toBe(true);
  expect(picture?.catalog.get('product')?.instances.map(({ instance_id }) => instance_id)).toEqual([
    'a',
    'b',
  ]);

  stream.send('guard', { guards: [] });
  await eventually(() => heard(first, 'guard') && heard(second, 'guard'));
  expect(server.streams).toHaveLength(1);
});

test('tabs that were opened with other tokens have connections of their own', async () => {
  const [one, other] = [openTab('one'), openTab('other')];
  const streams = [await sendCatalog(0), await sendCatalog(1)];
  await eventually(() => heard(one, 'synced') && heard(other, 'synced'));

  expect(streams.map(({ headers }) => headers.authorization).sort()).toEqual(['Bearer one', 'Bearer other']);
});

test('the connection lasts as long as one tab is left, and ends with the last one', async () => {
  const [first, second] = [openTab(), openTab()];
  const stream = await sendCatalog();
  await eventually(() => heard(first, 'synced') && heard(second, 'synced'));

  first.close();
  stream.send('guard', { guards: [] });
  await eventually(() => heard(second, 'guard'));
  expect(stream.isClosed()).toBe(false);
  expect(heard(first, 'guard')).toBe(false);

  PAGE.dispatchEvent(new Event('pagehide'));
  await eventually(() => stream.isClosed());
});

test('after the last tab a new one opens a connection anew, and is told of everything again', async () => {
  const first = openTab();
  const before = await sendCatalog();
  await eventually(() => heard(first, 'synced'));
  first.close();
  await eventually(() => before.isClosed());

  const second = openTab();
  await sendCatalog(1);
  await eventually(() => heard(second, 'synced'));
  expect(second.pictures.map(({ synced }) => synced)).toEqual([false]);
});

test('a tab without a SharedWorker has a connection of its own', async () => {
  const undo = setGlobals({ SharedWorker: undefined });
  try {
    const [first, second] = [openTab(), openTab()];
    await sendCatalog(0);
    await sendCatalog(1);
    await eventually(() => heard(first, 'synced') && heard(second, 'synced'));

    first.close();
    const streams = await Promise.all([server.stream(0), server.stream(1)]);
    await eventually(() => streams.filter((stream) => stream.isClosed()).length === 1);
    expect(heard(second, 'connection')).toBe(true);
  } finally {
    undo();
  }
});
