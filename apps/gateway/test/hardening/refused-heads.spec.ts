import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const GET = 'GET /p/it HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';

describe('an answer that is refused for its head', () => {
  let rig: RawRig;
  let answer = '';

  beforeAll(async () => {
    rig = await startRawRig(
      { onRequest: ({ send }) => send(answer) },
      { MAX_ANSWER_HEAD_BYTES: '4096', LOG_LEVEL: 'info' },
    );
  });
  afterAll(() => rig.stop());

  it.each<[what: string, answer: string, detail: string]>([
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'more than one Content-Length',
    ],
    ['no colon', 'HTTP/1.1 200 OK\r\nX-A: 1\r\nsecret\r\n\r\n', 'line 3 of the head has no colon'],
    [
      'a bad name',
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nX B: secret\r\n\r\n',
      'line 3 of the head has a malformed field name',
    ],
    [
      'a control character',
      'HTTP/1.1 200 OK\r\nX-A: secret\x01\r\n\r\n',
      'line 2 of the head has the control character 0x01 in the value of X-A',
    ],
    [
      'a bare LF',
      'HTTP/1.1 200 OK\r\nX-A: 1\nX-B: secret\r\n\r\n',
      'line 2 of the head has the control character 0x0a in the value of X-A',
    ],
    ['a malformed status line', 'HTTP/1.1 OK\r\nX-A: 1\r\n\r\n', 'malformed status line'],
    ['TLS', '\x15\x03\x03\0\x02\x02\x46', 'TLS instead of HTTP: register the instance with https://'],
    [
      'more than the limit',
      `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(5000)}\r\n\r\n`,
      'status line and fields are longer than MAX_ANSWER_HEAD_BYTES (4096 bytes)',
    ],
  ])('says so of %s, to the caller and in the log', async (_, bytes, detail) => {
    answer = bytes;
    const [, body = ''] = (await rig.answerAndClose(GET)).split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({
      status: 502,
      code: 'UPSTREAM_BAD_RESPONSE',
      detail: `The service's answer was refused: ${detail}.`,
    });
    const line = rig.running.logged.filter(({ event }) => event === 'http_request').at(-1);
    expect(line?.['cause']).toBe(`the instance's response was refused: ${detail}`);
    expect(JSON.stringify(line) + body).not.toContain('secret');
  });

  it('passes on a head of just the limit', async () => {
    const rest = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: \r\n\r\n';
    answer = rest.replace('X-A: ', `X-A: ${'a'.repeat(4096 - rest.length)}`) + 'ok';
    expect(await rig.answerAndClose(GET)).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nok$/);
  });

  it('takes 32 KiB unless it is told otherwise', async () => {
    const roomy = await startRawRig({ onRequest: ({ send }) => send(answer) });
    answer = okWith('ok').replace('\r\n', `\r\nX-A: ${'a'.repeat(30_000)}\r\n`);
    expect(await roomy.answerAndClose(GET)).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nok$/);
    await roomy.stop();
  });
});
