import { eventually, timeScale } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const expecting = (path: string, fields = 'Content-Length: 4\r\n', version = '1.1'): string =>
  `POST ${path} HTTP/${version}\r\nHost: h\r\nExpect: 100-continue\r\n${fields}\r\n`;

describe('informational answers', () => {
  let rig: RawRig;
  let onRequest: (connection: UpstreamConnection, request: string) => void;
  let onData: (connection: UpstreamConnection) => void;

  beforeAll(async () => {
    rig = await startRawRig(
      {
        onData: (connection) => onData(connection),
        onRequest: (connection, request) => onRequest(connection, request),
      },
      { IDLE_TIMEOUT_MS: String(250 * timeScale) },
    );
  });
  beforeEach(() => {
    onData = () => undefined;
    onRequest = ({ send }) => send(okWith('done'));
  });
  afterEach(() => rig.expectHealthy());
  afterAll(() => rig.stop());
  const reached = (path: string) => rig.upstream.requests().filter((bytes) => bytes.includes(` ${path} `));

  it('100 comes once there is somebody to take the body, and once only', async () => {
    const caller = await rig.open();
    caller.send(expecting('/p/it'));
    expect(await caller.until('\r\n\r\n')).toBe(CONTINUE);
    caller.send('body');
    expect((await caller.until('done')).slice(CONTINUE.length)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(reached('/p/it')).toMatchObject([expect.stringMatching(/\r\n\r\nbody$/)]);
    expect(reached('/p/it')[0]).not.toMatch(/expect/i);
    caller.socket.destroy();
  });

  it.each(['100-Continue', '100-CONTINUE'])(
    'the expectation is read whatever its case (%s)',
    async (spelled) => {
      expect(await rig.answerTo(expecting('/p/case').replace('100-continue', spelled))).toBe(CONTINUE);
    },
  );

  it('a body that comes without waiting is taken all the same', async () => {
    expect(await rig.answerTo(`${expecting('/p/hasty')}body`, 'done')).toMatch(/ 200 OK\r\n[^]*done$/);
  });

  it('a caller of HTTP/1.0 is told nothing that it does not know', async () => {
    const text = await rig.answerTo(`${expecting('/p/old', undefined, '1.0')}body`, 'done');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each([
    ['404', '/nowhere', 'Content-Length: 4\r\n'],
    ['400', '/p/it', 'Content-Length: 4\r\nTransfer-Encoding: gzip, chunked\r\n'],
  ])(
    'a refusal (%s) comes instead of it, before the body, and ends the connection',
    async (status, path, fields) => {
      const text = await rig.answerAndClose(expecting(path, fields));
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close\r\n`, 'i'));
      expect(text).not.toContain('100 Continue');
    },
  );

  it('another expectation cannot be met', async () => {
    const text = await rig.answerTo(expecting('/p/other').replace('100-continue', '200-ok'), '}');
    expect(text).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n[^]*problem\+json/);
    expect(reached('/p/other')).toEqual([]);
  });

  it('103 is passed on, each with its links, before the answer', async () => {
    onRequest = ({ send }) =>
      send(
        `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\n\r\n${okWith('done')}`,
      );
    const text = await rig.answerTo('GET /p/hints HTTP/1.1\r\nHost: h\r\n\r\n', 'done');
    const [hints = '', answer] = text.split('\r\n\r\n');
    expect(hints).toMatch(/^HTTP\/1\.1 103 Early Hints\r\n/);
    for (const link of ['</a.css>; rel=preload', '</b.js>; rel=preload']) expect(hints).toContain(link);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('103 comes while the answer is still being thought about', async () => {
    let finish = (): void => undefined;
    onRequest = ({ send }) => {
      send('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n');
      finish = () => send(okWith('done'));
    };
    const caller = await rig.open();
    caller.send('GET /p/hints HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await caller.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 103 /);
    finish();
    await caller.until('done');
    caller.socket.destroy();
  });

  it('103 is kept from a caller of HTTP/1.0', async () => {
    onRequest = ({ send }) =>
      send(`HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n${okWith('done')}`);
    const text = await rig.answerTo('GET /p/hints HTTP/1.0\r\nHost: h\r\n\r\n', 'done');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each(['100 Continue', '102 Processing'])('%s of an instance is dropped', async (status) => {
    onRequest = ({ send }) => send(`HTTP/1.1 ${status}\r\n\r\n${okWith('done')}`);
    const text = await rig.answerTo('POST /p/it HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx', 'done');
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.match(/HTTP\/1\.1 /g)?.length).toBe(1);
  });

  it('a body that does not come after 100 ends in 408, and nothing is left open', async () => {
    const text = await rig.answerAndClose(expecting('/p/idle'));
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 408 Request Timeout\r\n/);
    await eventually(() =>
      rig.upstream.connections.every(
        ({ received, socket }) => !received().includes('/p/idle ') || socket.destroyed,
      ),
    );
  });
});
