import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

describe('header fields', () => {
  let rig: RawRig;
  let answer = okWith('ok');

  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(answer) });
  });
  afterAll(() => rig.stop());

  /** The fields as the instance got them, a line each, for these that the caller sends after Host. */
  async function sent(fields: string): Promise<string[]> {
    answer = okWith('ok');
    await rig.answerTo(`GET /p/fields HTTP/1.1\r\nHost: h\r\n${fields}\r\n`, '\r\n\r\nok');
    const [head = ''] = (rig.upstream.requests().at(-1) ?? '').split('\r\n\r\n');
    return head.split('\r\n').slice(1);
  }
  /** The fields as the caller gets them, for these that the instance sends. */
  async function answered(fields: string): Promise<string[]> {
    answer = `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nok`;
    const seen = await rig.answerTo('GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n', '\r\n\r\nok');
    return (seen.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1);
  }
  const KEPT = [
    'x-lower: a',
    'X-MIXED-case: B',
    'X-Twice: 1',
    'X-Between: -',
    'X-Twice: 2',
    'x-twice: 3',
    'X-Empty: ',
    'X-Latin: caf\xe9 \xff\x80',
    'X-Quoted: "a, b"; q="\\""',
    'X-Tab: a\tb',
    "!#$%&'*+-.^_`|~09az: odd name",
    '__proto__: x',
    'constructor: y',
    'X-Long: ' + 'v'.repeat(6000),
  ];
  const lines = KEPT.map((line) => `${line}\r\n`).join('');

  it('of a request arrive in their order and spelling, byte for byte', async () => {
    const arrived = await sent(lines);
    expect(arrived.slice(arrived.indexOf('x-lower: a')).slice(0, KEPT.length)).toEqual(KEPT);
  });

  it('of an answer arrive in their order and spelling, byte for byte', async () => {
    const arrived = await answered(lines);
    expect(arrived.slice(0, KEPT.length)).toEqual(KEPT);
  });

  it('that set cookies are never joined', async () => {
    const cookies = [
      'Set-Cookie: a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT',
      'Set-Cookie: b=2',
      'Set-Cookie: a=3',
    ];
    const arrived = await answered(cookies.map((line) => `${line}\r\n`).join(''));
    expect(arrived.filter((line) => line.startsWith('Set-Cookie'))).toEqual(cookies);
  });

  it('with blanks around a value are trimmed and nothing else', async () => {
    expect(await sent('X-Blank: \t a  b \t \r\n')).toContain('X-Blank: a  b');
  });

  it('of a connection stay on it, those that Connection names too', async () => {
    const hop = ['TE: trailers', 'Keep-Alive: timeout=5', 'Proxy-Connection: keep-alive', 'X-Hop: secret'];
    const arrived = await sent(
      `Connection: X-Hop, keep-alive\r\n${hop.map((line) => `${line}\r\n`).join('')}`,
    );
    expect(arrived.filter((line) => /^(te|keep-alive|proxy-connection|x-hop):/i.test(line))).toEqual([]);
    const back = await answered(
      'Connection: X-Hop\r\nX-Hop: secret\r\nProxy-Authenticate: Basic\r\nKeep-Alive: timeout=9\r\n',
    );
    expect(back.filter((line) => /x-hop|proxy-auth|timeout=9/i.test(line))).toEqual([]);
  });

  /** `Zoë €` in UTF-8, and bytes that are no UTF-8 at all; a character is a byte. */
  const BYTES = 'Zo\xc3\xab \xe2\x82\xac \xff\x80';

  it.each<[where: string, answer: string, wanted: RegExp]>([
    [
      'head that leaves before its body',
      `HTTP/1.1 200 OK\r\nX-Name: ${BYTES}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      /\r\n\r\n/,
    ],
    [
      'head of a long body',
      `HTTP/1.1 200 OK\r\nX-Name: ${BYTES}\r\nContent-Length: 5000\r\n\r\n${'b'.repeat(5000)}`,
      /b{5000}/,
    ],
    ['head without a body', `HTTP/1.1 304 Not Modified\r\nX-Name: ${BYTES}\r\n\r\n`, /\r\n\r\n/],
    [
      'file name behind a length',
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Disposition: attachment; filename="${BYTES}"\r\n\r\nok`,
      /ok$/,
    ],
    [
      'hint',
      `HTTP/1.1 103 Early Hints\r\nX-Name: ${BYTES}\r\nLink: </a>; title="${BYTES}"\r\n\r\n`,
      /\r\n\r\n/,
    ],
    [
      'trailer',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Name: ${BYTES}\r\n\r\n`,
      /\r\n0\r\n[^]*\r\n\r\n/,
    ],
  ])('of a %s are opaque bytes', async (_, bytes, wanted) => {
    answer = bytes;
    const caller = await rig.open();
    caller.send('GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n');
    const text = await caller.until(wanted);
    caller.socket.destroy();
    expect(text.split(BYTES).length - 1).toBe(bytes.split(BYTES).length - 1);
  });

  it('of an answer that switches protocols are opaque bytes', async () => {
    answer = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nContent-Length: 4\r\nX-Name: ${BYTES}\r\n\r\n`;
    const text = await rig.answerTo(
      `GET /p/it HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-From: ${BYTES}\r\n\r\n`,
    );
    expect(text).toContain(`X-Name: ${BYTES}\r\n`);
    expect(text).not.toMatch(/content-length/i);
    expect(rig.upstream.requests().at(-1)).toContain(`X-From: ${BYTES}\r\n`);
  });

  it('of a request with a body are opaque bytes', async () => {
    answer = okWith('ok');
    await rig.answerTo(
      `POST /p/it HTTP/1.1\r\nHost: h\r\nX-From: ${BYTES}\r\nContent-Length: 4\r\n\r\nbody`,
      '\r\n\r\nok',
    );
    expect(rig.upstream.requests().at(-1)).toContain(`X-From: ${BYTES}\r\n`);
  });

  it.each(['Host', 'Authorization', 'Cookie', 'X-Forwarded-For'])(
    'cannot be taken away by naming them in Connection (%s)',
    async (name) => {
      const fields = `Authorization: a\r\nCookie: c=1\r\nConnection: ${name}\r\n`;
      const arrived = await sent(fields);
      expect(arrived.some((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))).toBe(true);
    },
  );
});
