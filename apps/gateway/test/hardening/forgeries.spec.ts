import { eventually } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';
import { startGateway } from '../support/start-gateway';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const FORGED = [
  'X-Forwarded-For: 198.51.100.7',
  'X-Forwarded-For: 10.0.0.1, 127.0.0.1',
  'x-forwarded-host: admin.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /admin',
  'X-Forwarded-User: root',
  'X-Real-IP: 127.0.0.1',
  'Forwarded: for=198.51.100.7;proto=https;host=admin.example',
];

describe('what a stranger says of itself', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) });
  });
  afterAll(() => rig.stop());

  async function arrived(fields: readonly string[]): Promise<string> {
    const lines = fields.map((line) => `${line}\r\n`).join('');
    await rig.answerTo(`GET /p/it HTTP/1.1\r\nHost: h\r\n${lines}\r\n`, 'done');
    return rig.upstream.requests().at(-1) ?? '';
  }

  it('on whose behalf it comes is forgotten, all of it', async () => {
    const request = await arrived(FORGED);
    expect(request).not.toMatch(/198\.51|10\.0\.0\.1|admin|https|443|root|real-ip/i);
    expect(request).toMatch(/\r\nX-Forwarded-For: 127\.0\.0\.1\r\n/);
    expect(request).toMatch(/\r\nForwarded: for=127\.0\.0\.1;host=h;proto=http\r\n/);
    expect(request.match(/x-forwarded-for/gi)?.length).toBe(1);
  });

  it('is believed of a trusted proxy, and added to', async () => {
    const trusting = await startRawRig(
      { onRequest: ({ send }) => send(okWith('done')) },
      { TRUSTED_PROXIES: '127.0.0.0/8' },
    );
    const lines = FORGED.slice(0, 4)
      .map((line) => `${line}\r\n`)
      .join('');
    await trusting.answerTo(`GET /p/it HTTP/1.1\r\nHost: h\r\n${lines}\r\n`, 'done');
    const [request = ''] = trusting.upstream.requests();
    expect(request).toContain('X-Forwarded-For: 198.51.100.7, 10.0.0.1, 127.0.0.1, 127.0.0.1\r\n');
    expect(request).toMatch(/x-forwarded-host: admin\.example\r\n/i);
    await trusting.stop();
  });

  it('whose key it has is forgotten of a trusted proxy too, and believed of a gateway in front', async () => {
    const CONSUMERS =
      'X-Forwarded-Consumer: one\r\nx-forwarded-consumer: two\r\nX_Forwarded_Consumer: three\r\n';
    const heads = {
      plain: `GET /p/it HTTP/1.1\r\nHost: h\r\n${CONSUMERS}\r\n`,
      old: `GET /p/it HTTP/1.0\r\nHost: h\r\n${CONSUMERS}\r\n`,
      'with a body': `POST /p/it HTTP/1.1\r\nHost: h\r\n${CONSUMERS}Content-Length: 1\r\n\r\nx`,
      switching: `GET /p/it HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n${CONSUMERS}\r\n`,
    };
    async function consumers(settings: Record<string, string>): Promise<string[][]> {
      const one = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) }, settings);
      for (const head of Object.values(heads)) await one.answerTo(head, 'done');
      await one.stop();
      return one.upstream
        .requests()
        .map((request) => request.match(/^x.forwarded.consumer: .*(?=\r)/gim) ?? []);
    }
    expect(await consumers({ TRUSTED_PROXIES: '127.0.0.0/8' })).toEqual([[], [], [], []]);
    expect(await consumers({})).toEqual([[], [], [], []]);
    const believed = ['X-Forwarded-Consumer: one', 'x-forwarded-consumer: two'];
    expect(await consumers({ TRUSTED_GATEWAYS: '127.0.0.0/8' })).toEqual([
      believed,
      believed,
      believed,
      believed,
    ]);
  });

  it.each([
    ['too long', 'a'.repeat(129)],
    ['with blanks', 'a b'],
    ['with markup', '<script>alert(1)</script>'],
    ['with quotes', '"; drop table'],
    ['with Latin-1', 'caf\xe9'],
    ['empty', ''],
  ])('its request id is replaced when it is %s', async (_, id) => {
    expect(await arrived([`X-Request-Id: ${id}`])).toMatch(/\r\nX-Request-Id: [0-9a-f]{32}\r\n/);
  });

  it.each([
    ['is no trace', 'garbage'],
    ['has a trace of zeros', TRACE.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32))],
    ['has a span of zeros', TRACE.replace('b7ad6b7169203331', '0'.repeat(16))],
    ['is of the forbidden version', TRACE.replace(/^00/, 'ff')],
    ['is in capitals', TRACE.toUpperCase()],
    ['has more than its version', `${TRACE}-more`],
    ['is too long', `${TRACE}${'0'.repeat(2000)}`],
  ])('its traceparent begins a new trace when it %s', async (_, traceparent) => {
    const request = await arrived([`traceparent: ${traceparent}`, 'tracestate: vendor=secret']);
    expect(request).toMatch(
      /\r\ntraceparent: 00-(?!0af7651916cd43dd8448eb211c80319c)[0-9a-f]{32}-[0-9a-f]{16}-0[01]\r\n/,
    );
    expect(request.match(/traceparent/gi)?.length).toBe(1);
    expect(request).not.toContain('vendor=secret');
  });

  it('another gateway’s name in Via stops nothing', async () => {
    expect(await arrived(['Via: 1.1 rollcall-00000000, 1.0 squid'])).toMatch(
      /\r\nVia: 1\.1 rollcall-00000000, 1\.0 squid, 1\.1 rollcall-[0-9a-f]{8}\r\n/i,
    );
  });

  it('two gateways that point at each other end it after one turn', async () => {
    const [one, other] = await Promise.all([startGateway(), startGateway()]);
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      from.registry.list({ service_name: 'loop', url: to.url, routes: [{ path_prefix: '/loop' }] });
      await eventually(async () => (await from.upstreamCount()) >= 1);
    }
    const response = await eventually(async () => {
      const answer = await fetch(`${one.url}/loop`);
      return answer.status === 508 && answer;
    });
    expect(await response.json()).toMatchObject({ code: 'LOOP', status: 508 });
    expect(one.logged.filter(({ path }) => path === '/loop').length).toBeLessThanOrEqual(4);
    await Promise.all([one.stop(), other.stop()]);
  });
});
