import { hasStrictParser } from '../support/node-parser';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

/** Behind every form here: a request that somebody might take for one of its own. */
const SMUGGLED = 'GET /p/smuggled HTTP/1.1\r\nHost: h\r\n\r\n';
const post = (fields: string, body: string, host = 'Host: h\r\n'): string =>
  `POST /p/it HTTP/1.1\r\n${host}${fields}\r\n${body}`;
const CHUNKS = `0\r\n\r\n${SMUGGLED}`;
const TE = 'Transfer-Encoding: chunked\r\n';
const BARE_LINE_FEEDS: readonly (readonly [what: string, bytes: string])[] = [
  ['a bare LF after the request line', `GET /p/it HTTP/1.1\nHost: h\r\n\r\n`],
  ['a bare LF at the head’s end', `GET /p/it HTTP/1.1\r\nHost: h\r\n\n`],
];

describe('a request whose end can be read in two ways', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) });
  });
  afterAll(() => rig.stop());
  afterEach(() => rig.expectHealthy());

  const reached = () => rig.upstream.requests().filter((bytes) => !bytes.includes('/p/healthy?'));

  it.each<readonly [string, string]>([
    // Which of the two framings holds.
    ['CL.TE', post(`Content-Length: 4\r\n${TE}`, CHUNKS)],
    ['TE.CL', post(`${TE}Content-Length: 4\r\n`, CHUNKS)],
    ['CL.TE with a length of 0', post(`Content-Length: 0\r\n${TE}`, CHUNKS)],
    [
      'CL.TE where Connection names the length',
      post(`Connection: Content-Length\r\nContent-Length: 4\r\n${TE}`, CHUNKS),
    ],
    [
      'CL.TE where Connection names the coding',
      post(`Connection: Transfer-Encoding\r\nContent-Length: 4\r\n${TE}`, CHUNKS),
    ],
    // Which coding it is.
    ['TE: xchunked', post('Transfer-Encoding: xchunked\r\n', CHUNKS)],
    ['TE: chunked, identity', post('Transfer-Encoding: chunked, identity\r\n', CHUNKS)],
    ['TE: identity, chunked', post('Transfer-Encoding: identity, chunked\r\n', CHUNKS)],
    ['TE: identity', post('Transfer-Encoding: identity\r\nContent-Length: 4\r\n', CHUNKS)],
    ['TE: gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', CHUNKS)],
    ['TE: chunked, chunked', post('Transfer-Encoding: chunked, chunked\r\n', CHUNKS)],
    ['TE twice', post(`${TE}${TE}`, CHUNKS)],
    ['TE twice, the other unknown', post(`${TE}Transfer-Encoding: cow\r\n`, CHUNKS)],
    ['TE twice, the unknown first', post(`Transfer-Encoding: cow\r\n${TE}`, CHUNKS)],
    ['TE: "chunked"', post('Transfer-Encoding: "chunked"\r\n', CHUNKS)],
    ['TE: chunked;q=1', post('Transfer-Encoding: chunked;q=1\r\n', CHUNKS)],
    ['TE: chunked,', post('Transfer-Encoding: chunked,\r\n', CHUNKS)],
    ['TE: ,chunked', post('Transfer-Encoding: ,chunked\r\n', CHUNKS)],
    ['TE, empty', post('Transfer-Encoding: \r\n', CHUNKS)],
    ['TE with a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', CHUNKS)],
    ['TE with a NUL', post('Transfer-Encoding: chunked\0\r\n', CHUNKS)],
    ['TE with a byte above ASCII', post('Transfer-Encoding: chunked\xa0\r\n', CHUNKS)],
    ['TE folded', post('Transfer-Encoding:\r\n chunked\r\n', CHUNKS)],
    ['TE behind a bare CR', post('X: y\rTransfer-Encoding: chunked\r\n', CHUNKS)],
    ['TE with a space before the colon', post('Transfer-Encoding : chunked\r\n', CHUNKS)],
    ['TE with a tab before the colon', post('Transfer-Encoding\t: chunked\r\n', CHUNKS)],
    ['TE behind a blank at the line’s beginning', post(' Transfer-Encoding: chunked\r\n', CHUNKS)],
    ['TE in HTTP/1.0', post(TE, CHUNKS).replace('HTTP/1.1', 'HTTP/1.0')],
    // How long it is.
    ['two lengths that differ', post('Content-Length: 4\r\nContent-Length: 5\r\n', 'body!')],
    ['two lengths that agree', post('Content-Length: 4\r\nContent-Length: 4\r\n', 'body')],
    ['CL: 4, 4', post('Content-Length: 4, 4\r\n', 'body')],
    ['CL: +4', post('Content-Length: +4\r\n', 'body')],
    ['CL: -1', post('Content-Length: -1\r\n', 'body')],
    ['CL: 0x4', post('Content-Length: 0x4\r\n', 'body')],
    ['CL: 4e0', post('Content-Length: 4e0\r\n', 'body')],
    ['CL: 4.0', post('Content-Length: 4.0\r\n', 'body')],
    ['CL: 4 5', post('Content-Length: 4 5\r\n', 'body!')],
    ['CL: "4"', post('Content-Length: "4"\r\n', 'body')],
    ['CL, empty', post('Content-Length: \r\n', 'body')],
    ['CL beyond 64 bits', post('Content-Length: 18446744073709551620\r\n', 'body')],
    ['CL folded', post('Content-Length: 4\r\n 4\r\n', 'body')],
    ['CL with a NUL', post('Content-Length: 4\0\r\n', 'body')],
    ['CL with a space before the colon', post('Content-Length : 4\r\n', 'body')],
    // Where a line ends, and what is a line.
    ...(hasStrictParser ? BARE_LINE_FEEDS : []),
    ['a bare LF after a field', `GET /p/it HTTP/1.1\r\nHost: h\nX: y\r\n\r\n`],
    ['a bare CR in a value', `GET /p/it HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n`],
    ['a bare CR at a line’s end', `GET /p/it HTTP/1.1\r\nHost: h\rX: y\r\n\r\n`],
    ['CR CR LF', `GET /p/it HTTP/1.1\r\nHost: h\r\r\nX: y\r\n\r\n`],
    ['a folded field', `GET /p/it HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n`],
    ['a fold before the first field', `GET /p/it HTTP/1.1\r\n X: a\r\nHost: h\r\n\r\n`],
    ['a line without a colon', `GET /p/it HTTP/1.1\r\nHost: h\r\nnothing\r\n\r\n`],
    ['a field without a name', `GET /p/it HTTP/1.1\r\nHost: h\r\n: nothing\r\n\r\n`],
    ['a NUL in a name', `GET /p/it HTTP/1.1\r\nHost: h\r\nX\0Y: z\r\n\r\n`],
    ['a NUL in a value', `GET /p/it HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n`],
    ['a control character in a value', `GET /p/it HTTP/1.1\r\nHost: h\r\nX: a\x01b\r\n\r\n`],
    ['a DEL in a value', `GET /p/it HTTP/1.1\r\nHost: h\r\nX: a\x7fb\r\n\r\n`],
    ['a byte above ASCII in a name', `GET /p/it HTTP/1.1\r\nHost: h\r\nX\xe9: z\r\n\r\n`],
  ])('%s: 400, the connection ends, and nobody behind hears of it', async (_, bytes) => {
    const before = reached().length;
    const seen = await rig.answerAndClose(bytes);
    expect(seen).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(seen).toMatch(/connection: close\r\n/i);
    expect(JSON.parse(seen.slice(seen.indexOf('\r\n\r\n')))).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
    });
    expect(seen.match(/HTTP\/1\.1 /g)?.length).toBe(1);
    expect(reached().slice(before)).toEqual([]);
  });

  it.each(BARE_LINE_FEEDS)(
    '%s is one request at most, and passed on with the ends it should have',
    async (_, bytes) => {
      const before = reached().length;
      const seen = await rig.answerTo(bytes, /\r\n\r\n[^]/);
      expect(seen).toMatch(hasStrictParser ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 200 /);
      expect(seen.match(/HTTP\/1\.1 /g)?.length).toBe(1);
      const passedOn = reached().slice(before);
      expect(passedOn).toHaveLength(hasStrictParser ? 0 : 1);
      expect(passedOn.join('')).not.toMatch(/[^\r]\n/);
    },
  );

  it('no end of it at all: what follows a GET is the next request and not its body', async () => {
    const before = reached().length;
    const seen = await rig.answerTo(`GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n${SMUGGLED}`, /done[^]*done/);
    expect(seen.match(/HTTP\/1\.1 200 OK\r\n/g)?.length).toBe(2);
    expect(reached().slice(before).length).toBe(2);
  });
});
