import { eventually } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import type { UpstreamConnection } from '../support/raw-upstream';

const get = (path: string): string => `GET /p/${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const POISON = okWith('poison');

/** More bytes than the answer has, or before anybody asked: nobody else may ever get them. */
describe('bytes that an instance sends beside its answers', () => {
  let rig: RawRig;
  let answer: (connection: UpstreamConnection, path: string) => void;

  beforeEach(async () => {
    rig = await startRawRig({
      onRequest(connection, request) {
        answer(connection, /^\w+ \/p\/(\S+)/.exec(request)?.[1] ?? '');
      },
    });
  });
  afterEach(async () => {
    await rig.expectHealthy();
    await rig.stop();
  });

  async function expectOwnAnswers(rounds = 5): Promise<void> {
    for (let round = 0; round < rounds; round += 1)
      expect(await rig.answerTo(get(`mine-${round}`), /\r\n\r\n./)).toMatch(
        new RegExp(`\r\n\r\nmine-${round}$`),
      );
  }

  it.each([
    ['a second answer', POISON],
    ['a second answer in part', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['what is no HTTP', '\0\0\0\0'],
    ['line ends', '\r\n\r\n\r\n'],
    ['a last chunk', '0\r\n\r\n'],
  ])('in one packet with the answer: %s', async (_, stray) => {
    answer = ({ send }, path) => send(okWith(path) + (path === 'first' ? stray : ''));
    expect(await rig.answerTo(get('first'), 'first')).toMatch(/^HTTP\/1\.1 200 [^]*first$/);
    await expectOwnAnswers();
  });

  it('after the answer, while the connection is idle', async () => {
    answer = ({ send }, path) => send(okWith(path));
    await rig.answerTo(get('first'), 'first');
    const [used] = rig.upstream.connections;
    used?.send(POISON);
    await eventually(() => used?.socket.destroyed === true);
    await expectOwnAnswers();
  });

  it('to a HEAD, as if it had been a GET', async () => {
    answer = ({ send }, path) => send(okWith(path));
    expect(await rig.answerTo('HEAD /p/poison HTTP/1.1\r\nHost: h\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 6\r\n[^]*\r\n\r\n$/,
    );
    await expectOwnAnswers();
  });

  it.each(['204 No Content', '304 Not Modified'])('behind a %s, which has no body', async (status) => {
    answer = ({ send }, path) =>
      send(path === 'none' ? `HTTP/1.1 ${status}\r\nContent-Length: 6\r\n\r\npoison` : okWith(path));
    const seen = await rig.answerTo(get('none'));
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 (${status}|502 Bad Gateway)\r\n`));
    expect(seen).not.toContain('poison');
    await expectOwnAnswers();
  });

  it('before anybody has asked', async () => {
    let early = 0;
    await rig.stop();
    rig = await startRawRig({
      onConnection: ({ send }) => send((early += 1) === 1 ? POISON : ''),
      onRequest: ({ send }, request) => send(okWith(/^\w+ \/p\/(\S+)/.exec(request)?.[1] ?? '')),
    });
    const first = await rig.answerTo(get('first'), /\r\n\r\n./);
    // Whether it came before or after the request cannot be told; that it is nobody else's can.
    expect(first).toMatch(/\r\n\r\n(first|poison|\{[^]*)$/);
    await expectOwnAnswers();
  });
});
