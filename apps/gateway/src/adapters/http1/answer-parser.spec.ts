import { request as httpRequest } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import fc from 'fast-check';
import { AnswerParser, type Expectation } from './answer-parser';

const MAX_HEAD = 1024;
const GET: Expectation = { bodiless: false, upgrade: false };

interface Heard {
  informational: number[];
  status: number | undefined;
  statusText: string;
  headers: readonly string[];
  keepAlive: boolean | undefined;
  body: string;
  trailers: readonly string[] | undefined;
  clean: boolean | undefined;
  switched: string | undefined;
  fault: string | undefined;
}

/** What is heard of these bytes, cut into pieces after every so many. */
function hear(
  bytes: string,
  expectation = GET,
  cuts: readonly number[] = [],
  maxHeadBytes = MAX_HEAD,
): Heard {
  const heard: Heard = {
    informational: [],
    status: undefined,
    statusText: '',
    headers: [],
    keepAlive: undefined,
    body: '',
    trailers: undefined,
    clean: undefined,
    switched: undefined,
    fault: undefined,
  };
  const parser = new AnswerParser(
    {
      informational: ({ status }) => heard.informational.push(status),
      head({ status, statusText, headers }, { keepAlive }) {
        Object.assign(heard, { status, statusText, headers: headers.toRaw(), keepAlive });
      },
      data: (chunk) => (heard.body += chunk.toString('latin1')),
      end: (trailers, clean) => Object.assign(heard, { trailers, clean }),
      switched: (head, rest) => (heard.switched = `${head.status} ${rest.toString('latin1')}`),
      fault: (reason) => (heard.fault = reason),
    },
    maxHeadBytes,
  );
  parser.begin(expectation);
  const all = Buffer.from(bytes, 'latin1');
  let from = 0;
  for (const cut of [...cuts.filter((one) => one <= all.length).sort((a, b) => a - b), all.length]) {
    parser.execute(Buffer.from(all.subarray(from, cut)));
    from = cut;
  }
  parser.close();
  return heard;
}

const head = (fields: string, status = '200 OK'): string => `HTTP/1.1 ${status}\r\n${fields}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe('answer parser', () => {
  it.each<[string, string, Partial<Heard>]>([
    ['a length', `${head('Content-Length: 5\r\n')}hello`, { body: 'hello', clean: true, keepAlive: true }],
    ['no body', head('Content-Length: 0\r\n'), { body: '', clean: true }],
    ['chunks', `${head(CHUNKED)}5\r\nhello\r\n3\r\n!!!\r\n0\r\n\r\n`, { body: 'hello!!!', clean: true }],
    [
      'extensions of chunks',
      `${head(CHUNKED)}5 ; a=1;b="x y"\r\nhello\r\n0;last\r\n\r\n`,
      { body: 'hello', clean: true },
    ],
    [
      'trailers',
      `${head(CHUNKED)}1\r\nx\r\n0\r\nX-Sum: 42\r\nX-B:\t7 \r\n\r\n`,
      { body: 'x', trailers: ['X-Sum', '42', 'X-B', '7'] },
    ],
    [
      'the end of the connection',
      `${head('')}until here`,
      { body: 'until here', keepAlive: false, clean: true },
    ],
    ['no body by its status (204)', head(CHUNKED, '204 No Content'), { body: '', clean: true }],
    [
      'no body by its status (304)',
      head('Content-Length: 99\r\n', '304 Not Modified'),
      { body: '', clean: true },
    ],
    [
      'odd bytes in a value',
      head('X: caf\xe9\r\nContent-Length: 0\r\n'),
      { headers: ['X', 'caf\xe9', 'Content-Length', '0'] },
    ],
    [
      'a status line without a phrase',
      'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
      { status: 200, statusText: '' },
    ],
    [
      'a connection that is to be closed',
      head('Connection: x, Close\r\nContent-Length: 0\r\n'),
      { keepAlive: false },
    ],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { keepAlive: false }],
    [
      'HTTP/1.0 kept',
      'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n',
      { keepAlive: true },
    ],
    [
      'hints before it, 100 being nobody’s business',
      `${head('', '100 Continue')}${head('Link: </a>\r\n', '103 Early Hints')}${head('Content-Length: 1\r\n')}x`,
      { informational: [103], status: 200, body: 'x' },
    ],
    [
      'something after it',
      `${head('Content-Length: 1\r\n')}xHTTP/1.1 200 OK\r\n`,
      { body: 'x', clean: false },
    ],
  ])('understands %s', (_, bytes, expected) => {
    expect(hear(bytes)).toMatchObject({ ...expected, fault: undefined });
  });

  it.each<[string, string]>([
    ['something else than HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a control character in the phrase', 'HTTP/1.1 200 O\x01K\r\n\r\n'],
    ['bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['a bare LF in a value', head('X: a\nY: b\r\nContent-Length: 0\r\n')],
    ['a bare CR in a value', head('X: a\rY: b\r\nContent-Length: 0\r\n')],
    ['a NUL', head('X: a\0b\r\nContent-Length: 0\r\n')],
    ['a folded field', head('X: a\r\n b\r\nContent-Length: 0\r\n')],
    ['a space before the colon', head('X : a\r\nContent-Length: 0\r\n')],
    ['a space before the first field', head(' X: a\r\nContent-Length: 0\r\n')],
    ['a field without a name', head(': a\r\nContent-Length: 0\r\n')],
    ['a line without a colon', head('X\r\nContent-Length: 0\r\n')],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 2\r\n')],
    ['one length twice', head('Content-Length: 1\r\nContent-Length: 1\r\n')],
    ['a list of lengths', head('Content-Length: 1, 1\r\n')],
    ['a signed length', head('Content-Length: +1\r\n')],
    ['a length in hex', head('Content-Length: 0x1\r\n')],
    ['a length without digits', head('Content-Length:\r\n')],
    ['a length nobody can count to', head('Content-Length: 99999999999999999999\r\n')],
    ['a length beside chunks', head(`Content-Length: 1\r\n${CHUNKED}`)],
    ['another coding', head('Transfer-Encoding: gzip, chunked\r\n')],
    ['chunks within chunks', head('Transfer-Encoding: chunked, chunked\r\n')],
    ['two codings', head(CHUNKED + CHUNKED)],
    ['a coding of HTTP/1.0', `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n0\r\n\r\n`],
    ['a chunk of no size', `${head(CHUNKED)}\r\nx\r\n`],
    ['a chunk of a negative size', `${head(CHUNKED)}-1\r\nx\r\n`],
    ['a chunk size with 0x', `${head(CHUNKED)}0x1\r\nx\r\n`],
    ['a chunk size that overflows', `${head(CHUNKED)}fffffffffffffffff\r\nx\r\n`],
    ['a space after a chunk size', `${head(CHUNKED)}1 \r\nx\r\n`],
    ['a chunk size that ends in a bare LF', `${head(CHUNKED)}1\nx\r\n`],
    ['a bare CR in an extension', `${head(CHUNKED)}1;a\rb\r\nx\r\n`],
    ['a chunk longer than its size', `${head(CHUNKED)}1\r\nxy\r\n`],
    ['a chunk whose end is a bare LF', `${head(CHUNKED)}1\r\nx\n0\r\n\r\n`],
    ['an extension without end', `${head(CHUNKED)}1;${'x'.repeat(5000)}\r\nx\r\n`],
    ['trailers without end', `${head(CHUNKED)}0\r\n${'X: y\r\n'.repeat(1000)}\r\n`],
    ['a malformed trailer', `${head(CHUNKED)}0\r\nX y\r\n\r\n`],
    ['a trailer that ends in a bare LF', `${head(CHUNKED)}0\r\nX: y\n\r\n`],
    ['a head without end', head('X: y\r\n'.repeat(1000))],
    ['another protocol unasked', head('Upgrade: x\r\nConnection: Upgrade\r\n', '101 Switching Protocols')],
    ['informational answers without end', head('', '102 Processing').repeat(100)],
  ])('refuses %s', (_, bytes) => {
    const heard = hear(bytes);
    expect(heard.fault).toEqual(expect.any(String));
    expect(heard.trailers).toBeUndefined();
  });

  it('hears no body after HEAD, whatever the length', () => {
    const heard = hear(head('Content-Length: 99\r\n'), { bodiless: true, upgrade: false });
    expect(heard).toMatchObject({ status: 200, body: '', clean: true, fault: undefined });
  });

  it('hands over the first bytes of the other protocol', () => {
    const asked = { bodiless: false, upgrade: true };
    expect(hear(`${head('Upgrade: x\r\n', '101 Switching')}\x00\xff`, asked).switched).toBe('101 \x00\xff');
  });

  it('does not take a body that breaks off for a whole one', () => {
    for (const bytes of [
      `${head('Content-Length: 5\r\n')}hell`,
      `${head(CHUNKED)}5\r\nhello\r\n`,
      'HTTP/1.1 200',
    ])
      expect(hear(bytes)).toMatchObject({ trailers: undefined, fault: undefined });
  });

  it.each([900, 1000, 1020, 1021, 1022, 1023, 1024, 1025, 1100, 2048, 4000])(
    'reads a head of %i bytes with a longer body behind it, in one piece and in two',
    (length) => {
      const fields = 'Content-Length: 5000\r\nX-Long: ';
      const filling = 'x'.repeat(length - head(`${fields}\r\n`).length);
      const body = 'y'.repeat(5000);
      const text = `${head(`${fields}${filling}\r\n`)}${body}`;
      for (const cuts of [[], [1], [500], [length - 3], [length - 1], [length], [length + 7]]) {
        const heard = hear(text, GET, cuts, 8192);
        expect(heard).toMatchObject({ status: 200, body, clean: true, fault: undefined });
        expect(heard.headers).toEqual(['Content-Length', '5000', 'X-Long', filling]);
      }
    },
  );

  it('hears the same however the bytes are cut into pieces', () => {
    const answers = fc.oneof(
      fc
        .string({ maxLength: 40 })
        .map((body) => `${head(`Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n`)}${body}`),
      fc
        .array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 5 })
        .map(
          (chunks) =>
            `${head('', '103 Early Hints')}${head(CHUNKED)}${chunks
              .map((chunk) => `${chunk.length.toString(16)};e=1\r\n${chunk}\r\n`)
              .join('')}0\r\nX-T: 1\r\n\r\nstray`,
        ),
      fc.string({ maxLength: 60 }).map((noise) => head(`X: ${noise}\r\nContent-Length: 0\r\n`)),
      fc.string({ maxLength: 60 }).map((noise) => `${head(CHUNKED)}${noise}\r\n0\r\n\r\n`),
    );
    fc.assert(
      fc.property(answers, fc.array(fc.nat(200), { maxLength: 12 }), (bytes, cuts) => {
        const whole = hear(bytes);
        const pieces = hear(bytes, GET, cuts);
        // Nothing follows an answer in the same piece when the cut is right behind it.
        expect({ ...pieces, clean: undefined }).toEqual({ ...whole, clean: undefined });
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, and says one thing at the end, whatever comes', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => head(CHUNKED) + Buffer.from(bytes).toString('latin1')),
      fc
        .array(
          fc.constantFrom(
            'HTTP/1.1 200 OK',
            '\r\n',
            '\n',
            '\r',
            ' ',
            ':',
            'Content-Length',
            CHUNKED,
            '1',
            '0',
            'x',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat(300), { maxLength: 8 }), (bytes, cuts) => {
        const heard = hear(bytes, GET, cuts);
        expect(heard.fault !== undefined && heard.trailers !== undefined).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('answer parser beside Node’s own', () => {
  let server: Server;
  let bytes = '';

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes, 'latin1'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  /** What Node's client makes of the same bytes. */
  function byNode(): Promise<{ status: number | undefined; headers: readonly string[]; body: string }> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, agent: false }, (response) => {
        let body = '';
        response.setEncoding('latin1').on('data', (text: string) => (body += text));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode, headers: response.rawHeaders, body }),
        );
      });
      request.once('error', reject).end();
    });
  }

  it('agrees on well-formed answers', async () => {
    const token = fc.stringMatching(/^X-[A-Za-z0-9-]{1,10}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const fields = fc.array(fc.tuple(token, value), { maxLength: 6 });
    const chunks = fc.array(fc.stringMatching(/^[ -~]{1,30}$/), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
        fields,
        chunks,
        fc.boolean(),
        async (status, pairs, parts, chunked) => {
          const lines = pairs.map(([name, text]) => `${name}: ${text}\r\n`).join('');
          const body = parts.join('');
          bytes = chunked
            ? `${head(lines + CHUNKED, `${status} Yes`)}${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
            : `${head(`${lines}Content-Length: ${body.length}\r\n`, `${status} Yes`)}${body}`;
          const heard = hear(bytes);
          expect({ status: heard.status, headers: heard.headers, body: heard.body }).toEqual(await byNode());
        },
      ),
      { numRuns: 100 },
    );
  });
});
