import { eventually } from '@rollcall/testing';
import { hasStrictParser, knownMethods } from '../support/node-parser';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const request = (method: string, fields = '', body = ''): string =>
  `${method} /p/it HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`;
const answer = (status: string, fields = '', body = ''): string =>
  `HTTP/1.1 ${status}\r\n${fields}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** The body of a request in chunks, once it has come whole. */
function unchunked(text: string): string | undefined {
  let body = '';
  for (let at = text.indexOf('\r\n\r\n') + 4; at < text.length; ) {
    const end = text.indexOf('\r\n', at);
    const length = Number.parseInt(text.slice(at, end), 16);
    if (length === 0) return text.slice(end) === '\r\n\r\n' ? body : undefined;
    body += text.slice(end + 2, end + 2 + length);
    at = end + 2 + length + 2;
  }
  return undefined;
}

describe('bodies and their ends', () => {
  let rig: RawRig;
  let onRequest: (connection: UpstreamConnection) => void;
  let onData: (connection: UpstreamConnection) => void = () => undefined;

  beforeAll(async () => {
    rig = await startRawRig({
      onData: (connection) => onData(connection),
      onRequest: (connection) => onRequest(connection),
    });
  });
  beforeEach(() => {
    onData = () => undefined;
    onRequest = ({ send }) => send(okWith('done'));
  });
  afterEach(() => rig.expectHealthy());
  afterAll(() => rig.stop());
  const lastRequest = (): string => rig.upstream.requests().at(-1) ?? '';

  it('a HEAD answer keeps its length and has no body, and the connection goes on', async () => {
    onRequest = ({ send }) => send(answer('200 OK', 'Content-Length: 12\r\nETag: "1"\r\n'));
    const caller = await rig.open();
    caller.send(request('HEAD'));
    expect(await caller.until('\r\n\r\n')).toMatch(/Content-Length: 12\r\n/);
    caller.send(request('HEAD'));
    const text = await caller.until(/\r\n\r\n[^]+\r\n\r\n$/);
    expect(text.split('\r\n\r\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n/),
      expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n/),
    ]);
    caller.socket.destroy();
  });

  it('a HEAD answer with chunks announced has none', async () => {
    onRequest = ({ send }) => send(answer('200 OK', CHUNKED));
    expect(await rig.answerTo(request('HEAD', 'Connection: close\r\n'))).toMatch(/\r\n\r\n$/);
  });

  it.each([
    ['204 No Content', ''],
    ['304 Not Modified', 'ETag: "1"\r\n'],
    ['304 Not Modified', 'Content-Length: 12\r\n'],
  ])('%s has no body, and no length that it does not say (%s)', async (status, fields) => {
    onRequest = ({ send }) => send(answer(status, fields));
    const text = await rig.answerTo(request('GET'));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n[^]*\r\n\r\n$`));
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(/content-length/i.test(text)).toBe(fields.startsWith('Content-Length'));
  });

  it('an empty body stays one', async () => {
    onRequest = ({ send }) => send(answer('200 OK', 'Content-Length: 0\r\n'));
    expect(await rig.answerTo(request('GET'))).toMatch(/Content-Length: 0\r\n[^]*\r\n\r\n$/);
    onRequest = ({ send }) => send(answer('200 OK', CHUNKED, '0\r\n\r\n'));
    expect(await rig.answerTo(request('GET'), /\r\n\r\n0\r\n\r\n$/)).toMatch(
      /transfer-encoding: chunked\r\n/i,
    );
  });

  it('chunks with extensions and trailers are read, and passed on without the extensions', async () => {
    const quoted = hasStrictParser ? ';c="d"' : '';
    const body = `4;a=b${quoted}\r\nbody\r\n0;last\r\nX-Checksum: 1\r\n\r\n`;
    await rig.answerTo(request('POST', `${CHUNKED}Trailer: X-Checksum\r\n`, body), 'done');
    expect(lastRequest()).toMatch(/\r\n\r\n4\r\nbody\r\n0\r\nX-Checksum: 1\r\n\r\n$/);
    expect(lastRequest()).not.toMatch(/a=b|;last/i);
  });

  it('trailers of an answer reach the caller, after the body', async () => {
    onRequest = ({ send }) =>
      send(
        answer(
          '200 OK',
          `${CHUNKED}Trailer: X-Sum\r\n`,
          '4;x=y\r\nbody\r\n0\r\nX-Sum: 42\r\nx-other: caf\xe9\r\n\r\n',
        ),
      );
    const text = await rig.answerTo(request('GET'), /\r\n0\r\n[^]*\r\n\r\n$/);
    expect(text).toMatch(/Trailer: X-Sum\r\n/);
    expect(text).toMatch(/4\r\nbody\r\n0\r\nX-Sum: 42\r\nx-other: caf\xe9\r\n\r\n$/);
  });

  it('an answer that ends with its connection ends with a last chunk here', async () => {
    onRequest = ({ socket }) => void socket.end(answer('200 OK', '', 'until the end'));
    const text = await rig.answerTo(request('GET'), '\r\n0\r\n\r\n');
    expect(text).toMatch(/transfer-encoding: chunked\r\n/i);
    expect(text.replace(/\r\n[\da-f]+\r\n/g, '')).toContain('until the end');
  });

  it('a length stays a length, and a chunked body chunked', async () => {
    await rig.answerTo(request('POST', 'Content-Length: 4\r\n', 'body'), 'done');
    expect(lastRequest()).toMatch(/content-length: 4\r\n(.+\r\n)*\r\nbody$/i);
    await rig.answerTo(request('POST', CHUNKED, '4\r\nbody\r\n0\r\n\r\n'), 'done');
    expect(lastRequest()).toMatch(/transfer-encoding: chunked\r\n/i);
    expect(lastRequest()).not.toMatch(/content-length/i);
  });

  it.each([1, 255, 256, 4095, 4096, 4097, 20_000, 70_000])(
    'a body of %i bytes arrives byte for byte, with a length and in chunks',
    async (length) => {
      const body = Array.from({ length }, (_, index) => String.fromCharCode((index * 7) % 256)).join('');
      const arrived = (text: string) => eventually(() => lastRequest().endsWith(text));
      await rig.answerTo(request('POST', `Content-Length: ${length}\r\n`, body), 'done');
      await arrived(`\r\n\r\n${body}`);
      const sent = rig.upstream.requests().length;
      const chunked = `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      await rig.answerTo(request('POST', CHUNKED, chunked), 'done');
      await eventually(() => rig.upstream.requests().length > sent && unchunked(lastRequest()) === body);
    },
  );

  it.each(knownMethods(['GET', 'DELETE', 'OPTIONS', 'QUERY']))('%s may have a body', async (method) => {
    await rig.answerTo(request(method, 'Content-Length: 4\r\n', 'body'), 'done');
    expect(lastRequest()).toMatch(new RegExp(`^${method} /p/it [^]*\r\n\r\nbody$`));
  });

  it('a connection whose request was answered before it was whole carries no other one', async () => {
    onData = ({ received, send }) => {
      if (received().endsWith('part')) send(okWith('early'));
    };
    const caller = await rig.open();
    caller.send(request('POST', 'Content-Length: 100\r\n', 'part'));
    await caller.until('early');
    const used = rig.upstream.connections.at(-1);
    await rig.expectHealthy();
    expect(rig.upstream.connections.at(-1)).not.toBe(used);
    expect(used?.received()).toMatch(/part$/);
    caller.socket.destroy();
  });

  it('an answer before the end of the upload goes out at once, and the rest of it is nobody’s request', async () => {
    onData = ({ received, send }) => {
      if (received().endsWith('part')) send(answer('413 Content Too Large', 'Content-Length: 3\r\n', 'big'));
    };
    const caller = await rig.open();
    caller.send(request('POST', 'Content-Length: 100000\r\n', 'part'));
    expect(await caller.until('big')).toMatch(/^HTTP\/1\.1 413 Content Too Large\r\n/);
    caller.send('GET /p/smuggled HTTP/1.1\r\nHost: h\r\n\r\n');
    await rig.expectHealthy();
    expect(rig.upstream.requests().some((bytes) => bytes.startsWith('GET /p/smuggled'))).toBe(false);
    caller.socket.destroy();
    await eventually(() => caller.socket.destroyed);
  });
});
