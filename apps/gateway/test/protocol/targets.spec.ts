import { METHODS } from 'node:http';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const request = (method: string, target: string, fields = ''): string =>
  `${method} ${target} HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;

describe('the target of a request', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) });
  });
  afterAll(() => rig.stop());
  const reached = () => rig.upstream.requests();

  it.each([
    ['/p', '/p'],
    ['/p/?', '/p/?'],
    ['/p/a%20b%2fc?x=%0d&y=a+b&&=', '/p/a%20b%2fc?x=%0d&y=a+b&&='],
    ['/p//double///slashes/', '/p//double///slashes/'],
    ['/p/;v=1,2:3@4!$&\'()*+~^|"<>{}', '/p/;v=1,2:3@4!$&\'()*+~^|"<>{}'],
    ['/p?/../q', '/p?/../q'],
    ['http://h/p/it?q', '/p/it?q'],
    ['HTTP://H:80/p', '/p'],
  ])('%s arrives byte for byte', async (target, arrives) => {
    await rig.answerTo(request('GET', target), 'done');
    expect(reached().at(-1)?.split('\r\n')[0]).toBe(`GET ${arrives} HTTP/1.1`);
  });

  it('in absolute form names the host, whatever Host says (RFC 9112 §3.2.2)', async () => {
    await rig.answerTo(request('GET', 'http://shop.example:81/p?x'), 'done');
    expect(reached().at(-1)).toMatch(/\r\nhost: shop\.example:81\r\n/i);
    expect(reached().at(-1)).toMatch(/\r\nX-Forwarded-Host: shop\.example:81\r\n/i);
    expect(
      reached()
        .at(-1)
        ?.match(/\r\nhost: /gi)?.length,
    ).toBe(1);
  });

  it('of OPTIONS may be the gateway as a whole', async () => {
    const before = reached().length;
    const seen = await rig.answerTo(request('OPTIONS', '*'));
    expect(seen).toMatch(/^HTTP\/1\.1 204 No Content\r\nAllow: [^]*\r\n\r\n$/);
    const [, allowed = ''] = /Allow: (.*)\r/.exec(seen) ?? [];
    expect(allowed.split(', ')).toEqual(METHODS.filter((method) => !/^(CONNECT|TRACE)$/.test(method)));
    expect(reached().length).toBe(before);
  });

  it('of OPTIONS is answered here when it may travel no further', async () => {
    const before = reached().length;
    expect(await rig.answerTo(request('OPTIONS', '/p', 'Max-Forwards: 0\r\n'))).toMatch(/^HTTP\/1\.1 204 /);
    expect(reached().length).toBe(before);
  });

  it.each([
    ['3', '2'],
    ['1', '0'],
    ['none', 'none'],
  ])('of OPTIONS with Max-Forwards: %s arrives with %s', async (given, left) => {
    await rig.answerTo(request('OPTIONS', '/p', `Max-Forwards: ${given}\r\n`), 'done');
    expect(reached().at(-1)).toMatch(new RegExp(`\r\nMax-Forwards: ${left}\r\n`, 'i'));
  });

  it.each([
    ['TRACE', '/p'],
    ['CONNECT', 'h:443'],
    ['CONNECT', '/p'],
    ['CONNECT', '169.254.169.254:80'],
  ])('%s %s is not forwarded', async (method, target) => {
    const before = reached().length;
    const seen = await rig.answerTo(request(method, target, 'Connection: close\r\n'), '}');
    expect(seen).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n[^]*problem\+json/);
    expect(seen).toContain('\r\nAllow: \r\n');
    expect(reached().length).toBe(before);
    await rig.expectHealthy();
  });

  it('of a CONNECT with bytes behind it: they are nobody’s request', async () => {
    const before = reached().length;
    const seen = await rig.answerAndClose(request('CONNECT', 'h:80') + request('GET', '/p/smuggled'));
    expect(seen.match(/HTTP\/1\.1 /g)?.length).toBe(1);
    expect(reached().length).toBe(before);
  });
});
