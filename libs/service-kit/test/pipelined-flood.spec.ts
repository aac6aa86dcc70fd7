import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { eventually } from '@rollcall/testing';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { createHttpServer, type HttpServer, type ServerTls } from '../src/index';

const REQUEST = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const MANY = 20_000;
/** What is read at once is parsed at once, and some of it may have been on its way. */
const READ_AT_MOST = (MANY * REQUEST.length) / 3;

describe.each([
  ['HTTP', false],
  ['HTTPS', true],
])('%s requests that are pipelined behind one that takes its time', (_, overTls) => {
  let server: HttpServer;
  let folder: string;
  let flood: Socket;
  let answers = 0;
  let open: () => Socket;
  const waiting: ServerResponse[] = [];

  beforeEach(async () => {
    [answers, waiting.length] = [0, 0];
    folder = await mkdtemp(join(tmpdir(), 'rollcall-flood-'));
    const { ca, tls } = await secured(folder);
    server = createHttpServer({
      host: '127.0.0.1',
      port: 0,
      handler(req, res) {
        // The first one.
        if (req.url === '/' && waiting.length === 0) waiting.push(res);
        else res.end('~');
      },
      ...(overTls && { tls }),
    });
    const { port } = await server.start();
    open = () => (overTls ? connectTls({ port, host: '127.0.0.1', ca }) : connectTcp(port, '127.0.0.1'));
    flood = open();
    flood.setEncoding('latin1').on('data', (text: string) => (answers += text.split('~').length - 1));
  });
  afterEach(async () => {
    flood.destroy();
    await server.stop(0);
    await rm(folder, { recursive: true });
  });

  it('are left with their sender, and answered all the same', async () => {
    flood.write(REQUEST.repeat(MANY));
    const slow = await eventually(() => waiting[0]);
    // Meanwhile others are served; each takes the server some turns of its event loop, in which it would read on.
    for (let count = 0; count < 50; count += 1) await ask();
    expect(slow.req.socket.bytesRead).toBeLessThan(READ_AT_MOST);

    slow.end('~');
    await eventually(() => answers === MANY, { timeoutMs: 30_000 });
  });

  async function ask(): Promise<void> {
    const caller = open();
    let text = '';
    caller.setEncoding('latin1').on('data', (part: string) => (text += part));
    caller.write('GET /other HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => text.includes('200 OK'));
    caller.destroy();
  }
});

async function secured(folder: string): Promise<{ readonly ca: string; readonly tls: ServerTls }> {
  const authority = await createPrivateAuthority();
  const { cert, key } = await authority.issue({ names: ['127.0.0.1'] });
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  await Promise.all([writeFile(files.certFile, cert), writeFile(files.keyFile, key)]);
  const ignore = (): void => undefined;
  return { ca: authority.ca, tls: { files, onCertificate: ignore, onHandshakeFailure: ignore } };
}
