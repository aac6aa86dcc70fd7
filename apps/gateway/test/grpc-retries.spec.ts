import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startH2cUpstream, type RunningH2cUpstream } from './support/start-h2c-upstream';

const ROUTES = `version: 1
routes:
  - { path_prefix: /again, service: calls, retries: { grpc_status: [UNAVAILABLE, ABORTED] } }
  - { path_prefix: /once, service: calls }
  - { path_prefix: /lonely, service: lonely, retries: { grpc_status: [UNAVAILABLE] } }
`;
const CALLS = 6;
const OK = { ':status': 200, 'content-type': 'application/grpc' };

interface Answer {
  readonly status: string | undefined;
  readonly from: string | undefined;
  readonly body: string;
}

describe('a gRPC call that an instance answers before any message', () => {
  let folder: string;
  let running: RunningGateway;
  let client: ClientHttp2Session;
  /** Answers with the fields that a spec gives it. */
  let declining: RunningH2cUpstream;
  /** Answers with what it has been sent. */
  let serving: RunningH2cUpstream;
  let lonely: RunningH2cUpstream;
  let answersWith: OutgoingHttpHeaders;
  let reads: 'nothing' | 'first' | 'all';

  function decline(stream: ServerHttp2Stream): void {
    const answer = (): void => {
      if (!stream.closed && !stream.headersSent)
        stream.respond({ ...OK, 'x-from': 'declining', ...answersWith }, { endStream: true });
    };
    if (reads === 'nothing') answer();
    else stream.once(reads === 'first' ? 'data' : 'end', answer);
    stream.resume();
  }

  function serve(stream: ServerHttp2Stream): void {
    let text = '';
    stream.setEncoding('latin1').on('data', (part: string) => (text += part));
    stream.once('end', () => {
      if (stream.closed) return;
      stream.respond({ ...OK, 'x-from': 'serving' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(text);
    });
  }

  beforeEach(async () => {
    answersWith = { 'grpc-status': '14' };
    reads = 'all';
    folder = await mkdtemp(join(tmpdir(), 'rollcall-grpc-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file, HTTP2: 'on', ACCESS_LOG_RATIO: '1' });
    declining = await startH2cUpstream(decline);
    serving = await startH2cUpstream(serve);
    lonely = await startH2cUpstream(decline);
    for (const { url } of [declining, serving])
      running.registry.list({ service_name: 'calls', url, protocol: 'h2c' });
    running.registry.list({ service_name: 'lonely', url: lonely.url, protocol: 'h2c' });
    await eventually(async () => (await running.upstreamCount()) === 3);
    client = connect(running.url);
    client.on('error', () => undefined);
  });
  afterEach(async () => {
    client.destroy();
    await running.stop();
    await Promise.all([declining, serving, lonely].map((upstream) => upstream.stop()));
    await rm(folder, { recursive: true });
  });

  function open(path: string, fields: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    return client.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...fields,
    });
  }
  function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let head: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      let body = '';
      stream.on('response', (fields) => (head = fields)).on('trailers', (fields) => (trailers = fields));
      stream.setEncoding('latin1').on('data', (part: string) => (body += part));
      stream.once('error', reject);
      stream.once('close', () =>
        resolve({
          status: [trailers['grpc-status'], head['grpc-status']].flat().find((value) => value !== undefined),
          from: String(head['x-from']),
          body,
        }),
      );
    });
  }
  /** As many calls, one after another, as are sure to meet both instances. */
  async function calls(
    path: string,
    body: string,
    fields: OutgoingHttpHeaders = {},
  ): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let count = 0; count < CALLS; count += 1) {
      const stream = open(path, fields);
      stream.end(body, 'latin1');
      answers.push(await answerOf(stream));
    }
    return answers;
  }
  const repeated = (answer: Answer): readonly Answer[] => Array.from({ length: CALLS }, () => answer);

  it.each(['nothing', 'first', 'all'] as const)(
    'goes to another one with all its messages, after it has read %s of them',
    async (what) => {
      reads = what;
      const body = 'm'.repeat(60_000);
      expect(await calls('/again', body)).toEqual(repeated({ status: '0', from: 'serving', body }));
      expect(declining.requests.length).toBeGreaterThan(0);
      await eventually(() => declining.requests.every(({ stream }) => stream.closed));
    },
  );

  it('goes to another one while its caller is still sending', async () => {
    reads = 'first';
    for (let count = 0; count < CALLS; count += 1) {
      const before = serving.requests.length;
      const stream = open('/again');
      const answer = answerOf(stream);
      stream.write('one ');
      await eventually(() => serving.requests.length === before + 1);
      stream.end('two');
      expect(await answer).toEqual({ status: '0', from: 'serving', body: 'one two' });
    }
    expect(declining.requests.length).toBeGreaterThan(0);
  });

  it.each<[string, string, OutgoingHttpHeaders, string]>([
    ['the route does not say so', '/once', { 'grpc-status': '14' }, '14'],
    ['the status is another one', '/again', { 'grpc-status': '5' }, '5'],
    ['the status is none of gRPC', '/again', { 'grpc-status': 'UNAVAILABLE' }, 'UNAVAILABLE'],
    [
      'the instance says when to try again',
      '/again',
      { 'grpc-status': '14', 'grpc-retry-pushback-ms': '50' },
      '14',
    ],
    [
      'the instance says not to try again',
      '/again',
      { 'grpc-status': '14', 'grpc-retry-pushback-ms': '-1' },
      '14',
    ],
  ])('keeps its answer where %s', async (_why, path, fields, status) => {
    answersWith = fields;
    const answers = await calls(path, 'x');
    const declined = answers.filter(({ from }) => from === 'declining');
    expect(declined.length).toBe(declining.requests.length);
    expect(declined.length).toBeGreaterThan(0);
    expect(new Set(declined.map((answer) => answer.status))).toEqual(new Set([status]));
    expect(serving.requests.length).toBe(CALLS - declined.length);
  });

  it('keeps its answer when more was sent than is kept', async () => {
    const answers = await calls('/again', 'x'.repeat(70_000));
    const declined = answers.filter(({ from }) => from === 'declining');
    expect(declined.length).toBe(declining.requests.length);
    expect(declined.length).toBeGreaterThan(0);
  });

  it('keeps its answer where the request is none of gRPC', async () => {
    const answers = await calls('/again', 'x', { 'content-type': 'application/json' });
    expect(answers.filter(({ from }) => from === 'declining').length).toBe(declining.requests.length);
    expect(declining.requests.length).toBeGreaterThan(0);
  });

  it('gets the answer of the last one, where all of them answer so', async () => {
    answersWith = { 'grpc-status': '14', 'x-detail': 'full' };
    const stream = open('/lonely');
    stream.end('x');
    expect(await answerOf(stream)).toMatchObject({ status: '14', from: 'declining' });
    expect(lonely.requests.length).toBe(1);
  });
});
