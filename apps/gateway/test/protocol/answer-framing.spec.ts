import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

const HEAD = 'HEAD /p/it HTTP/1.1\r\nHost: h\r\n\r\n';
const GET = 'GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n';
const OLD_GET = 'GET /p/it HTTP/1.0\r\nHost: h\r\nTE: chunked\r\n\r\n';
const TRAILER = 'Trailer: Server-Timing\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe('fields of an answer that do not fit its framing', () => {
  let rig: RawRig;
  let answer = '';

  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(answer) });
  });
  afterEach(async () => {
    await rig.expectHealthy();
    const metrics = await (await fetch(`${rig.running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/attempts_total\{.*outcome="response"/);
    expect(metrics).not.toMatch(/attempts_total\{.*outcome="(?!response")/);
  });
  afterAll(() => rig.stop());

  it.each<[what: string, request: string, answer: string, keeps: RegExp, drops: RegExp]>([
    ['Trailer on a HEAD', HEAD, `200 OK\r\n${TRAILER}${CHUNKED}`, /^HTTP\/1\.1 200 /, /^trailer:/im],
    [
      'Trailer on a HEAD with a length',
      HEAD,
      `200 OK\r\n${TRAILER}Content-Length: 9\r\n`,
      /^content-length: 9\r$/im,
      /^trailer:/im,
    ],
    [
      'Trailer on a 304',
      GET,
      `304 Not Modified\r\n${TRAILER}ETag: "1"\r\n`,
      /^etag: "1"\r$/im,
      /^trailer:/im,
    ],
    ['Trailer on a 204', GET, `204 No Content\r\n${TRAILER}`, /^HTTP\/1\.1 204 /, /^trailer:/im],
    [
      'Content-Length: 0 on a 204',
      GET,
      '204 No Content\r\nContent-Length: 0\r\n',
      /^HTTP\/1\.1 204 /,
      /^content-length/im,
    ],
    [
      'Content-Length: 5 on a 204',
      GET,
      '204 No Content\r\nContent-Length: 5\r\n',
      /^HTTP\/1\.1 204 /,
      /^content-length/im,
    ],
    [
      'Transfer-Encoding on a 204',
      GET,
      `204 No Content\r\n${CHUNKED}`,
      /^HTTP\/1\.1 204 /,
      /^transfer-encoding/im,
    ],
    [
      'Transfer-Encoding on a 304',
      GET,
      `304 Not Modified\r\n${CHUNKED}`,
      /^HTTP\/1\.1 304 /,
      /^transfer-encoding/im,
    ],
    [
      'two lengths on a HEAD',
      HEAD,
      '200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n',
      /^HTTP\/1\.1 200 /,
      /^content-length/im,
    ],
    [
      'a length beside chunks on a HEAD',
      HEAD,
      `200 OK\r\nContent-Length: 1\r\n${CHUNKED}`,
      /^HTTP\/1\.1 200 /,
      /^(content-length|transfer-encoding)/im,
    ],
    [
      'a coding that is not chunked on a 304',
      GET,
      '304 Not Modified\r\nTransfer-Encoding: gzip\r\n',
      /^HTTP\/1\.1 304 /,
      /^transfer-encoding/im,
    ],
  ])('%s is dropped', async (_, request, fields, keeps, drops) => {
    answer = `HTTP/1.1 ${fields}\r\n`;
    const text = await rig.answerTo(request);
    expect(text).toMatch(keeps);
    expect(text).not.toMatch(drops);
  });

  it('Trailer on an answer with a length is dropped', async () => {
    answer = okWith('whole').replace('\r\n', `\r\n${TRAILER}`);
    const text = await rig.answerTo(GET, '\r\n\r\nwhole');
    expect(text).not.toMatch(/^trailer:/im);
  });

  it('a caller of HTTP/1.0 gets neither Trailer, chunks nor trailers', async () => {
    answer = `HTTP/1.1 200 OK\r\n${TRAILER}${CHUNKED}\r\n5\r\nwhole\r\n0\r\nServer-Timing: a\r\n\r\n`;
    const text = await rig.answerAndClose(OLD_GET);
    expect(text).toMatch(/\r\n\r\nwhole$/);
    expect(text).not.toMatch(/trailer|transfer-encoding|server-timing/i);
  });

  it('trailers that frame or route are not passed on, others are', async () => {
    answer = `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n5\r\nwhole\r\n0\r\nContent-Length: 3\r\nHost: evil\r\nConnection: close\r\nX-Sum: 1\r\n\r\n`;
    expect(await rig.answerTo(GET, /\r\n0\r\n[^]*\r\n\r\n$/)).toMatch(/\r\n0\r\nX-Sum: 1\r\n\r\n$/);
  });

  it('a 103 has neither a length nor chunks', async () => {
    answer = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 5\r\n${CHUNKED}\r\n${okWith('done')}`;
    const [hints = ''] = (await rig.answerTo(GET, '\r\n\r\ndone')).split('\r\n\r\n');
    expect(hints).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>/);
    expect(hints).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('nobody is left out for thirty of them', async () => {
    answer = `HTTP/1.1 200 OK\r\n${TRAILER}${CHUNKED}\r\n`;
    for (let times = 0; times < 30; times += 1) expect(await rig.answerTo(HEAD)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('bytes that follow a 204 which announced a body reach nobody', async () => {
    answer = 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nstray';
    const caller = await rig.open();
    caller.send(GET);
    await caller.until('\r\n\r\n');
    answer = okWith('next');
    caller.send(GET);
    expect(await caller.until('next')).not.toContain('stray');
    caller.socket.destroy();
  });
});
