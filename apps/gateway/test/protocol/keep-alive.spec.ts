import { once } from 'node:events';
import { eventually } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const request = (method: string, path: string, fields = ''): string =>
  `${method} /p/${path} HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;
const post = (path: string): string => `${request('POST', path, 'Content-Length: 4\r\n')}body`;

/** https://github.com/nodejs/node/issues/20256 */
describe('a connection that the instance closes as the next request goes out', () => {
  let rig: RawRig;
  let answer: (connection: UpstreamConnection, path: string) => void;

  beforeEach(async () => {
    rig = await startRawRig({
      onRequest: (connection, bytes) => answer(connection, /\/p\/(\S+)/.exec(bytes)?.[1] ?? ''),
    });
    answer = ({ send }, path) => send(okWith(path));
  });
  afterEach(() => rig.stop());

  const seen = (path: string): number =>
    rig.upstream.requests().filter((bytes) => bytes.includes(`/p/${path} `)).length;
  async function useOnce(): Promise<UpstreamConnection> {
    await rig.expectHealthy();
    const used = rig.upstream.connections.at(-1);
    if (used === undefined) throw new Error('nothing was sent');
    return used;
  }
  /** The instance hangs up on the first `count` that ask for this. */
  function hangUpOn(wanted: string, how: 'FIN' | 'RST', count = 1): void {
    let left = count;
    answer = ({ socket, send }, path) => {
      if (path !== wanted || left === 0) return send(okWith(path));
      left -= 1;
      if (how === 'FIN') socket.end();
      else socket.resetAndDestroy();
    };
  }

  it.each(['FIN', 'RST'] as const)('a GET is sent again on a fresh one (%s)', async (how) => {
    await useOnce();
    hangUpOn('it', how);
    expect(await rig.answerTo(request('GET', 'it'), 'it')).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen('it')).toBe(2);
  });

  it.each(['FIN', 'RST'] as const)('a POST that was sent is not repeated (%s)', async (how) => {
    await useOnce();
    hangUpOn('it', how);
    expect(await rig.answerTo(post('it'), '}')).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_RESET/);
    expect(seen('it')).toBe(1);
    await rig.expectHealthy();
  });

  it('a GET is not repeated when the connection was a fresh one', async () => {
    hangUpOn('it', 'FIN', 2);
    expect(await rig.answerTo(request('GET', 'it'), '}')).toMatch(/^HTTP\/1\.1 502 /);
    expect(seen('it')).toBe(1);
  });

  it('a POST goes out on a new one when the old one was closed before', async () => {
    const used = await useOnce();
    used.socket.end();
    await once(used.socket, 'close');
    expect(await rig.answerTo(post('it'), 'it')).toMatch(/^HTTP\/1\.1 200 /);
    expect(rig.upstream.connections.length).toBe(2);
  });

  it('whichever comes first, a GET succeeds and a POST arrives once at most', async () => {
    for (let round = 0; round < 30; round += 1) {
      const used = await useOnce();
      const caller = await rig.open();
      const method = round % 2 === 0 ? 'GET' : 'POST';
      used.socket.end();
      caller.send(method === 'GET' ? request('GET', `r${round}`) : post(`r${round}`));
      const text = await caller.until(/\r\n\r\n[^]+$/);
      caller.socket.destroy();
      if (method === 'GET' || text.startsWith('HTTP/1.1 200')) expect(text).toMatch(new RegExp(`r${round}$`));
      else expect(text).toMatch(/^HTTP\/1\.1 502 /);
      expect(seen(`r${round}`)).toBeLessThanOrEqual(1);
    }
  });

  it.each(['Connection: close', 'Keep-Alive: timeout=0'])('is not used again after %s', async (field) => {
    answer = ({ send }, path) =>
      send(`HTTP/1.1 200 OK\r\n${field}\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
    for (const path of ['one', 'two'])
      expect(await rig.answerTo(request('GET', path), path)).toMatch(/ 200 /);
    expect(rig.upstream.connections.length).toBe(2);
  });

  it('is used again and again otherwise', async () => {
    for (const path of ['one', 'two', 'three']) await rig.answerTo(post(path), path);
    expect(rig.upstream.connections.length).toBe(1);
    await eventually(() => rig.upstream.requests().length === 3);
  });
});
