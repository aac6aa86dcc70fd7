import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json } from '../src/expect-answer';
import { processTree } from '../src/process-tree';

/** More than the hundred of which V8 judges an object literal. */
const HELD = 150;
const REQUESTS = 6000;
const WIDTH = 64;

/** For Node: the young generation as large from the start as a large catalog makes it, and the signal that measures. */
const NODE_ARGS = ['--min-semi-space-size=16', '-r', require.resolve('../src/survival-on-signal.js')];

/**
 * V8 marks literals of which all objects survived a scavenge as long-lived, and from then on each request keeps its
 * garbage alive (`keepGarbageYoung`). These specs bring the scavenge about that would make it do so.
 */
describe('after a scavenge that met many requests under way, the garbage of requests does not survive', () => {
  const apps: AppProcess[] = [];
  const held: ServerResponse[] = [];
  let holds = false;
  let instance: Server;
  let registry: AppProcess;
  let registered: Instance;
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });

  const start = async (app: 'registry' | 'gateway', env: Record<string, string>) => {
    const [port, adminPort] = [await freePort(), await freePort()];
    const settings = app === 'registry' ? {} : { ADMIN_PORT: String(adminPort) };
    const started = startApp({
      app,
      port,
      env: { DATA_DIR: 'off', LOG_LEVEL: 'warn', REGISTRY_AUTH: 'off', ...settings, ...env },
      ...(app === 'registry' ? {} : { healthPort: adminPort }),
      nodeArgs: NODE_ARGS,
    });
    apps.push(started);
    await started.ready();
    return started;
  };

  beforeAll(async () => {
    instance = createServer((_req, res) => void (holds ? held.push(res) : res.end('ok')));
    await new Promise<void>((resolve) => instance.listen(0, '127.0.0.1', resolve));
    registry = await start('registry', {});
    registered = await register();
  });
  afterEach(() => {
    holds = false;
    for (const res of held.splice(0)) res.end('ok');
  });
  afterAll(async () => {
    agent.destroy();
    await Promise.all(apps.map((app) => app.end('SIGKILL')));
    instance.closeAllConnections();
    instance.close();
  });

  const register = async (): Promise<Instance> => {
    const url = localUrl((instance.address() as AddressInfo).port);
    const registration = { service_name: 'a', url, routes: [{ path_prefix: '/a' }], ttl_seconds: 3600 };
    return (await expectAnswer(`${registry.url}/register`, 201, json('POST', registration))) as Instance;
  };

  /** Signals processes of an app. @returns what each of them says then */
  async function signal(app: AppProcess, pids: readonly number[], said: RegExp): Promise<string[]> {
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    const all = () => [...app.output().matchAll(said)].map(([, text = '']) => text);
    await eventually(() => all().length === pids.length, { timeoutMs: 30_000 });
    return all();
  }
  const collectYoung = (app: AppProcess, pids = [app.pid]) => signal(app, pids, /^(measuring)$/gm);

  async function expectLittleSurvives(app: AppProcess, pids = [app.pid]): Promise<void> {
    for (const text of await signal(app, pids, /^survival (.+)$/gm)) {
      const { scavenges, share } = JSON.parse(text) as { scavenges: number; share: number };
      expect(scavenges).toBeGreaterThan(1);
      expect(share).toBeLessThan(0.1);
    }
  }

  /** Asks it over and over, with so many requests under way at a time. */
  async function load(url: string, body?: string): Promise<void> {
    let left = REQUESTS;
    const askInTurn = async (): Promise<void> => {
      while (left-- > 0) {
        const asked = httpRequest(url, {
          agent,
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'Content-Type': 'application/json' },
        }).end(body);
        const [response] = (await once(asked, 'response')) as [IncomingMessage];
        expect(response.statusCode).toBe(200);
        response.resume();
        await once(response, 'end');
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, askInTurn));
  }

  it.each([
    ['a gateway', 1],
    ['the workers of a gateway', 2],
  ])('in %s', async (_, workers) => {
    const gateway = await start('gateway', {
      REGISTRY_URL: registry.url,
      GATEWAY_WORKERS: String(workers),
      // On a busy machine a handshake may take longer than a production's patience; that is not what this is about.
      CONNECT_TIMEOUT_MS: '10000',
    });
    const carriers = processTree(gateway.pid).filter((pid) => workers === 1 || pid !== gateway.pid);
    expect(carriers).toHaveLength(workers);
    const url = `${gateway.url}/a`;
    await eventually(async () => (await fetch(url)).ok);
    holds = true;
    const askUntilHeld = async (): Promise<void> => {
      for (;;) {
        const answer = await fetch(url);
        await answer.text();
        if (answer.ok || !holds) return;
      }
    };
    const waiting = Array.from({ length: HELD * workers }, askUntilHeld);
    // More, where one was sent again.
    await eventually(() => held.length >= HELD * workers, { timeoutMs: 15_000 });
    await collectYoung(gateway, carriers);
    holds = false;
    for (const res of held.splice(0)) res.end('ok');
    await Promise.all(waiting);
    await load(url);
    await expectLittleSurvives(gateway, carriers);
  });

  it('in a registry', async () => {
    const { instance_id, epoch } = registered;
    const body = JSON.stringify({ instance_id, epoch });
    const port = Number(new URL(registry.url).port);
    const senders = await Promise.all(
      Array.from({ length: HELD }, async () => {
        const socket: Socket = connect(port, '127.0.0.1');
        const head = `POST /heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
        socket.write(head + body.slice(0, 5));
        await once(socket, 'connect');
        return socket;
      }),
    );
    // A later request is answered once what had come before it has been read.
    await expectAnswer(`${registry.url}/discover/a`, 200);
    await collectYoung(registry);
    await Promise.all(
      senders.map(async (socket) => {
        socket.write(body.slice(5));
        const [answer] = (await once(socket, 'data')) as [Buffer];
        expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
        socket.destroy();
      }),
    );
    await load(`${registry.url}/heartbeat`, body);
    await expectLittleSurvives(registry);
  });
});
