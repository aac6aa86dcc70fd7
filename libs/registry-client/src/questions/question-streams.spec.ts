import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createQuestionStreams, type QuestionStreamEvent, type QuestionStreams } from './question-streams';

type Listing = { readonly instance_id: string; readonly epoch: number } | undefined;

let server: Server;
let streams: QuestionStreams;
let listing: Listing;
/** Targets of the streams that were asked for, oldest first. */
let opened: string[];
let events: QuestionStreamEvent[];
/** What the registry does with a stream that is asked for. */
let serve: (res: ServerResponse, target: string) => void;

beforeEach(async () => {
  [opened, events] = [[], []];
  listing = { instance_id: 'gw-1', epoch: 7 };
  serve = (res) => void hold(res);
  server = createServer(({ url = '' }, res) => {
    opened.push(url);
    serve(res, url);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  streams = createQuestionStreams({
    registryUrls: [`http://127.0.0.1:${port}`],
    serviceName: 'gateway',
    identity: () => listing,
    answers: 'read',
    answer: () => Promise.resolve({ status: 200, body: {} }),
    onEvent: (event) => events.push(event),
  });
});
afterEach(async () => {
  await streams.stop();
  server.closeAllConnections();
  server.close();
});

function hold(res: ServerResponse): ServerResponse {
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: opened\ndata: {}\n\n');
  return res;
}

function refuse(res: ServerResponse, status: number, code: string): void {
  res.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ status, code }));
}

const NAMED = '/instances/gw-1/questions?answers=read&service=gateway&epoch=7';

it('names the incarnation that this process is listed as, and not before it is', async () => {
  listing = undefined;
  streams.start();
  setImmediate(() => (listing = { instance_id: 'gw-1', epoch: 7 }));
  await eventually(() => events.length === 1);
  expect(opened).toEqual([NAMED]);
});

it('is opened by the next incarnation where an earlier one was refused, which is no refusal to be told of', async () => {
  serve = (res, target) => (target.endsWith('epoch=7') ? refuse(res, 409, 'EPOCH_MISMATCH') : void hold(res));
  streams.start();
  await eventually(() => opened.length === 1);
  listing = { instance_id: 'gw-1', epoch: 8 };
  await eventually(() => events.length === 1);
  expect(opened.at(-1)).toBe(NAMED.replace('7', '8'));
  expect(events).toMatchObject([{ type: 'opened' }]);
});

it('goes on as it was last listed while this process drains', async () => {
  let first: ServerResponse | undefined;
  serve = (res) => (first ??= hold(res)) === res || hold(res);
  streams.start();
  await eventually(() => opened.length === 1);
  listing = undefined;
  first?.end();
  await eventually(() => opened.length === 2);
  expect(opened[1]).toBe(NAMED);
});

it('backs off from a registry that ends each stream at once, as one whose place another process takes again and again', async () => {
  serve = (res) => void hold(res).end();
  streams.start();
  const lost = await eventually(() => {
    const all = events.flatMap((event) => (event.type === 'lost' ? [event.retryInMs] : []));
    return all.length === 4 && all;
  });
  expect(lost[3]).toBeGreaterThanOrEqual(400);
});

it('names nothing to a registry that knows no such names, and names it again once that one is renewed', async () => {
  let held: ServerResponse | undefined;
  serve = (res, target) => {
    if (target.includes('epoch')) refuse(res, 400, 'VALIDATION_FAILED');
    else held = hold(res);
  };
  streams.start();
  await eventually(() => events.length === 1);
  expect(opened).toEqual([NAMED, '/instances/gw-1/questions?answers=read']);
  expect(events).toMatchObject([{ type: 'opened' }]);

  serve = (res) => void hold(res);
  held?.end();
  await eventually(() => opened.length === 3);
  expect(opened[2]).toBe(NAMED);
});
