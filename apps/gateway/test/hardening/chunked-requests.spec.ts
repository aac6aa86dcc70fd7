import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const HEAD = 'POST /p/it HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
const SMUGGLED = 'GET /p/smuggled HTTP/1.1\r\nHost: h\r\n\r\n';

describe('malformed chunks', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) });
  });
  afterAll(() => rig.stop());
  afterEach(() => rig.expectHealthy());

  /** Whole requests only: half of one is what an instance can tell from a whole one. */
  const whole = () =>
    rig.upstream.requests().filter((bytes) => bytes.startsWith('POST') && bytes.includes('\r\n0\r\n'));
  const smuggled = () => rig.upstream.requests().filter((bytes) => bytes.startsWith('GET /p/smuggled'));

  it.each([
    ['a size with a sign', '+4\r\nbody\r\n0\r\n\r\n'],
    ['a negative size', '-4\r\nbody\r\n0\r\n\r\n'],
    ['a size with 0x', '0x4\r\nbody\r\n0\r\n\r\n'],
    ['a size with an underscore', '0_4\r\nbody\r\n0\r\n\r\n'],
    ['a size behind a space', ' 4\r\nbody\r\n0\r\n\r\n'],
    ['a size before a space', '4 \r\nbody\r\n0\r\n\r\n'],
    ['no size', '\r\nbody\r\n0\r\n\r\n'],
    ['no size, an extension', ';x\r\nbody\r\n0\r\n\r\n'],
    ['a size that is no number', 'g\r\nbody\r\n0\r\n\r\n'],
    ['a size beyond 64 bits', '10000000000000004\r\nbody\r\n0\r\n\r\n'],
    ['a size line with a bare LF', '4\nbody\r\n0\r\n\r\n'],
    ['a size line with a bare CR', '4\rbody\r\n0\r\n\r\n'],
    ['no line end after the chunk', '4\r\nbody0\r\n\r\n'],
    ['a bare LF after the chunk', '4\r\nbody\n0\r\n\r\n'],
    ['more than the size says', '4\r\nbody!!\r\n0\r\n\r\n'],
    ['a bare LF in an extension', `4;x\nbody\r\n0\r\n\r\n`],
    ['a NUL in an extension', `4;\0\r\nbody\r\n0\r\n\r\n`],
    ['a bare LF after the last chunk', '4\r\nbody\r\n0\n\r\n'],
    ['garbage in the trailers', '4\r\nbody\r\n0\r\nno colon\r\n\r\n'],
    ['a length in the trailers', '4\r\nbody\r\n0\r\nContent-Length: 4\r\n\r\n'],
    ['a second framing in the trailers', '4\r\nbody\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a NUL in a trailer', '4\r\nbody\r\n0\r\nX: a\0b\r\n\r\n'],
    ['a trailer with a space before its colon', '4\r\nbody\r\n0\r\nX : a\r\n\r\n'],
    ['a bare CR in a trailer', '4\r\nbody\r\n0\r\nX: a\rb\r\n\r\n'],
  ])('%s: 400, the connection ends, and no instance takes it for a whole request', async (_, body) => {
    const before = whole().length;
    const seen = await rig.answerAndClose(HEAD + body + SMUGGLED);
    expect(seen).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*connection: close\r\n[^]*"code":"BAD_REQUEST"/i);
    expect(seen.match(/HTTP\/1\.1 /g)?.length).toBe(1);
    expect(whole().length).toBe(before);
    expect(smuggled()).toEqual([]);
  });

  it('an endless extension: 413, and it is not read for ever', async () => {
    const seen = await rig.answerAndClose(`${HEAD}4;${'x'.repeat(100_000)}\r\nbody\r\n0\r\n\r\n`);
    expect(seen).toMatch(/^HTTP\/1\.1 413 [^]*problem\+json/);
  });

  it('endless trailers: 431', async () => {
    const seen = await rig.answerAndClose(
      `${HEAD}4\r\nbody\r\n0\r\n${'X: some trailer field\r\n'.repeat(2000)}\r\n`,
    );
    expect(seen).toMatch(/^HTTP\/1\.1 431 [^]*problem\+json/);
  });

  it.each([
    ['what is no request behind a whole one', `4\r\nbody\r\n0\r\n\r\ntrailing data\r\n\r\n`, 'done'],
    ['a whole one, and zeros before the size', `0000004\r\nbody\r\n000\r\n\r\n`, 'done'],
  ])('%s: the first is answered', async (_, body, wanted) => {
    expect(await rig.answerTo(HEAD + body, wanted)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('the refusal of what follows a whole request comes after its answer', async () => {
    const seen = await rig.answerAndClose(`${HEAD}4\r\nbody\r\n0\r\n\r\ntrailing data\r\n\r\n`);
    expect(seen).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\ndoneHTTP\/1\.1 400 Bad Request\r\n/);
  });
});
