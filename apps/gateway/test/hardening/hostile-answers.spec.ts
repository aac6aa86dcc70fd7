import { startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

type Answer = (connection: UpstreamConnection) => void;
const GET = 'GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n';
const say =
  (bytes: string): Answer =>
  ({ send }) =>
    send(bytes);
const sayAndClose =
  (bytes: string): Answer =>
  ({ socket }) =>
    void socket.end(bytes, 'latin1');
const head = (fields: string, status = '200 OK'): string => `HTTP/1.1 ${status}\r\n${fields}\r\n`;
const CHUNKED = `${head('Transfer-Encoding: chunked\r\n')}5\r\nshort\r\n`;

describe('an instance whose answer is hostile or broken', () => {
  let rig: RawRig;
  let answer: Answer = say('');

  beforeAll(async () => {
    rig = await startRawRig(
      { onRequest: (connection) => answer(connection) },
      // Some of these answers never end; the others must not be late where a busy machine has both ends wait.
      { HEADERS_TIMEOUT_MS: '3000', IDLE_TIMEOUT_MS: '3000' },
    );
  });
  afterAll(() => rig.stop());
  afterEach(() => rig.expectHealthy());

  /** Requests of this spec that reached the instance. */
  const asked = (): number =>
    rig.upstream.requests().filter((bytes) => bytes.startsWith('GET /p/it ')).length;

  it.each<[string, Answer]>([
    ['is no HTTP', say('SSH-2.0-OpenSSH_9.6\r\n')],
    ['is HTTP/0.9', sayAndClose('<html>hello</html>')],
    ['has no status', say('HTTP/1.1 OK\r\n\r\n')],
    ['has a status of two digits', say(head('Content-Length: 0\r\n', '20 OK'))],
    ['is of another major version', say('HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n')],
    ['has a field without end', say(head(`X: ${'x'.repeat(40_000)}\r\n`))],
    ['has fields without end', say(head('X-Some: field of many\r\n'.repeat(2000)))],
    ['has a NUL in a value', say(head('X: a\0b\r\nContent-Length: 0\r\n'))],
    ['has a bare CR in a value', say(head('X: a\rSet-Cookie: evil=1\r\nContent-Length: 0\r\n'))],
    ['has a control character in a value', say(head('X: a\x01b\r\nContent-Length: 0\r\n'))],
    ['has a space in a name', say(head('X Y: a\r\nContent-Length: 0\r\n'))],
    ['has a space before the colon', say(head('X-Y : a\r\nContent-Length: 0\r\n'))],
    ['has a line without a colon', say(head('nothing\r\nContent-Length: 0\r\n'))],
    ['has two lengths', say(`${head('Content-Length: 2\r\nContent-Length: 3\r\n')}abc`)],
    ['has a malformed length', say(`${head('Content-Length: 0x2\r\n')}ab`)],
    ['has a negative length', say(head('Content-Length: -1\r\n'))],
    [
      'has a length and chunks',
      say(`${head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`),
    ],
    [
      'switches protocols unasked',
      say(head('Upgrade: x\r\nConnection: Upgrade\r\n', '101 Switching Protocols')),
    ],
  ])('that %s: 502, and nothing of it is passed on', async (_, hostile) => {
    answer = hostile;
    const before = asked();
    const seen = await rig.answerTo(GET, '}');
    expect(seen).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(seen).toContain('application/problem+json');
    expect(seen).not.toMatch(/evil|hello|SSH/);
    expect(asked()).toBe(before + 1);
  });

  it.each<[string, Answer]>([
    ['breaks off within its head', sayAndClose('HTTP/1.1 200 OK\r\nContent-Le')],
    ['is nothing', sayAndClose('')],
  ])('that %s: 502, after one more try where the connection was an old one', async (_, hostile) => {
    await rig.expectHealthy();
    answer = hostile;
    const before = asked();
    expect(await rig.answerTo(GET, '}')).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_RESET/);
    expect(asked() - before).toBe(2);
  });

  it.each<[string, Answer]>([
    ['is shorter than its length', sayAndClose(`${head('Content-Length: 100\r\n')}short`)],
    ['stops before its length', say(`${head('Content-Length: 100\r\n')}short`)],
    ['breaks off between chunks', sayAndClose(CHUNKED)],
    ['stops between chunks', say(CHUNKED)],
    ['has a malformed chunk size', say(`${CHUNKED}zz\r\n`)],
    ['has a chunk size with a sign', say(`${CHUNKED}+5\r\nabcde\r\n0\r\n\r\n`)],
    ['has a chunk size that overflows', say(`${CHUNKED}1${'0'.repeat(16)}\r\nabc\r\n0\r\n\r\n`)],
    ['has a chunk longer than its size', say(`${CHUNKED}2\r\nabc\r\n0\r\n\r\n`)],
    ['has a chunk without an end of line', say(`${CHUNKED}2\r\nab0\r\n\r\n`)],
  ])('that %s: the caller can tell that it is not whole', async (_, hostile) => {
    answer = hostile;
    const seen = await rig.answerAndClose(GET);
    expect(seen).not.toMatch(/\r\n0\r\n\r\n$/);
    // What is found out before the head went out is an error; afterwards there is only the cut.
    expect(seen).toMatch(/^HTTP\/1\.1 502 |^HTTP\/1\.1 200 [^]*(Content-Length: 100|chunked)\r\n|^$/i);
  });

  it('that is one 1xx after another: the caller does not wait for ever', async () => {
    answer = (connection) => {
      const again = setInterval(() => connection.send(head('', '102 Processing')), 20);
      connection.socket.once('close', () => clearInterval(again));
    };
    expect(await rig.answerTo(GET, '}')).toMatch(/HTTP\/1\.1 50[24] [^]*problem\+json/);
  });

  it('that is a flood of 1xx at once', async () => {
    answer = say(head('Link: </a>\r\n', '103 Early Hints').repeat(10_000));
    const seen = await rig.answerTo(GET, '}');
    expect(seen).toMatch(/HTTP\/1\.1 50[24] [^]*problem\+json/);
    expect(seen.split(' 103 ').length).toBeLessThan(200);
  });

  it('that comes a byte at a time is put together', async () => {
    answer = (connection) => {
      const bytes = [...`${head('Transfer-Encoding: chunked\r\n')}4;x=y\r\nslow\r\n0\r\nX-Sum: 1\r\n\r\n`];
      connection.socket.setNoDelay();
      const next = setInterval(() => {
        const byte = bytes.shift();
        if (byte === undefined) clearInterval(next);
        else connection.send(byte);
      }, 1);
    };
    const seen = await rig.answerTo(GET, /\r\n0\r\n[^]*\r\n\r\n$/);
    expect(seen).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).not.toContain('x=y');
    const [, body = ''] = /\r\n\r\n([^]*)\r\n0\r\nX-Sum: 1\r\n\r\n$/.exec(seen) ?? [];
    expect(body.replace(/\r?\n?\d\r\n/g, '')).toBe('slow');
  });
});
