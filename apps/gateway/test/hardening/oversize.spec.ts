import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const get = (fields: string, target = '/p/it'): string =>
  `GET ${target} HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;
const fields = (count: number): string =>
  Array.from({ length: count }, (_, index) => `X-${index}: v\r\n`).join('');

describe('a head that is too big', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) });
  });
  afterAll(() => rig.stop());
  afterEach(() => rig.expectHealthy());

  it.each([
    ['a field of 20 KiB', get(`X: ${'x'.repeat(20_000)}\r\n`), 431, 'HEADERS_TOO_LARGE'],
    ['a name of 20 KiB', get(`${'X'.repeat(20_000)}: x\r\n`), 431, 'HEADERS_TOO_LARGE'],
    ['a hundred and one fields', get(fields(100)), 431, 'HEADERS_TOO_LARGE'],
    ['two thousand tiny ones', get('a:\r\n'.repeat(2000)), 431, 'HEADERS_TOO_LARGE'],
    ['a megabyte of them', get(fields(60_000)), 431, 'HEADERS_TOO_LARGE'],
    ['a target of 9 KiB', get('', `/p/${'x'.repeat(9000)}`), 414, 'URI_TOO_LONG'],
    ['a target of 40 KiB', get('', `/p/${'x'.repeat(40_000)}`), 414, 'URI_TOO_LONG'],
    ['a query of 9 KiB', get('', `/p?${'x'.repeat(9000)}`), 414, 'URI_TOO_LONG'],
  ])('%s', async (_, bytes, status, code) => {
    const seen = await rig.answerAndClose(bytes);
    expect(seen).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close\r\n`, 'i'));
    expect(JSON.parse(seen.slice(seen.indexOf('\r\n\r\n')))).toMatchObject({ status, code });
    expect(rig.upstream.requests().filter((request) => !request.includes('/p/healthy?'))).toEqual([]);
  });

  it.each([
    ['a target of 8000 bytes', get('', `/p/healthy?1${'0'.repeat(7985)}`)],
    ['ninety-nine fields and Host', get(fields(99), '/p/healthy?1')],
    ['a field of 12 KiB', get(`X: ${'x'.repeat(12_000)}\r\n`, '/p/healthy?1')],
  ])('%s is not', async (_, bytes) => {
    expect(await rig.answerTo(bytes, 'healthy 1')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is counted, and in the log, also where no request came of it', async () => {
    await rig.answerAndClose(get(`X: ${'x'.repeat(20_000)}\r\n`));
    const metrics = await (await fetch(`${rig.running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(
      /http_server_request_duration_seconds_count\{.*http_response_status_code="431".*\} \d/,
    );
    const line = rig.running.logged.find(({ status, route }) => status === 431 && route === 'unread');
    expect(line).toMatchObject({
      event: 'http_request',
      code: 'HEADERS_TOO_LARGE',
      peer: '127.0.0.1',
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});
