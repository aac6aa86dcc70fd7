import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { eventually } from '@rollcall/testing';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { createHttpServer, type HttpServer } from '../src/index';

const OFFER = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
const KINDS: readonly (readonly [string, string])[] = [
  ['plain', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'],
  ['with a body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello'],
  [
    'with a body in chunks',
    'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
  ],
  ['with an offer', `GET / HTTP/1.1\r\nHost: h\r\n${OFFER}\r\n`],
  ['with an offer and a body', `POST / HTTP/1.1\r\nHost: h\r\n${OFFER}Content-Length: 5\r\n\r\nhello`],
];
const MANY = 50;

describe('a connection that is kept', () => {
  let server: HttpServer;
  let accepted: Socket | undefined;
  let caller: Socket;
  let answers: number;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-listeners-'));
    accepted = undefined;
    answers = 0;
  });
  afterEach(async () => {
    caller.destroy();
    await server.stop(0);
    await rm(folder, { recursive: true });
  });

  const handler: RequestListener = (req, res) => {
    accepted = req.socket;
    req.resume().once('end', () => res.end('<answer>'));
  };

  async function connect(tls: boolean): Promise<void> {
    const options = { handler, host: '127.0.0.1', port: 0 };
    if (!tls) {
      server = createHttpServer(options);
      const { port } = await server.start();
      caller = connectTcp(port, '127.0.0.1');
    } else {
      const authority = await createPrivateAuthority();
      const { cert, key } = await authority.issue();
      const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
      await Promise.all([writeFile(files.certFile, cert), writeFile(files.keyFile, key)]);
      const ignore = (): void => undefined;
      server = createHttpServer({
        ...options,
        tls: { files, onCertificate: ignore, onHandshakeFailure: ignore },
      });
      const { port } = await server.start();
      caller = connectTls({ port, host: '127.0.0.1', ca: authority.ca });
    }
    caller.on('data', (chunk: Buffer) => (answers += chunk.toString('latin1').split('<answer>').length - 1));
  }

  async function send(request: string, times: number): Promise<void> {
    const wanted = answers + times;
    caller.write(request.repeat(times));
    await eventually(() => answers === wanted);
  }

  /** How many listen to what on the server's side of it. */
  function listeners(): Readonly<Record<string, number>> {
    const socket = accepted;
    if (socket === undefined) throw new Error('nothing was accepted');
    return Object.fromEntries(socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]));
  }

  /** The last answer may be here before the server has done with it. */
  const settled = (wanted: Readonly<Record<string, number>>): Promise<true> =>
    eventually(() => {
      expect(listeners()).toEqual(wanted);
      return true;
    });

  const cases = [false, true].flatMap((tls) =>
    KINDS.map(([kind, request]) => ({ kind, request, tls, over: tls ? 'TLS' : 'TCP' })),
  );

  it.each(cases)(
    'has as many listeners after fifty requests $kind over $over as after one',
    async ({ tls, request }) => {
      await connect(tls);
      await send(request, 1);
      const afterOne = listeners();
      expect(afterOne).toHaveProperty('close');
      for (let count = 1; count < MANY; count += 1) await send(request, 1);
      await settled(afterOne);
    },
  );

  it.each(cases)(
    'does not gather listeners of requests $kind that are pipelined over $over',
    async (given) => {
      await connect(given.tls);
      await send(given.request, 1);
      const afterOne = listeners();
      await send(given.request, MANY);
      await settled(afterOne);
    },
  );
});
