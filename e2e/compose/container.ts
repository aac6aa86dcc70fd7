import { runCommand } from './command';

export interface InsideAnswer {
  readonly status: number;
  readonly body: string;
}

/** A container of the stack. It publishes no port, so what asks it alone asks from inside. */
export interface Container {
  readonly id: string;
  /** SIGKILL, as a crash would end it. */
  kill(): Promise<void>;
  /** SIGTERM, and time enough to drain. */
  stop(): Promise<void>;
  /** Freezes every process in it; its sockets stay open and nobody answers. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  start(): Promise<void>;
  /** One field of `docker inspect`, by Go template. */
  inspect(template: string): Promise<string>;
  /** Runs a command inside; @throws when it fails */
  exec(...command: string[]): Promise<string>;
  /** An HTTP request from inside the container to its own app. */
  fetch(path: string, init?: { method: string; body: unknown }): Promise<InsideAnswer>;
}

const FETCH_SCRIPT = `
  const [path, init] = process.argv.slice(1);
  const { method, body } = JSON.parse(init);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  fetch('http://127.0.0.1:' + process.env.PORT + path, { method, headers, body: JSON.stringify(body) }).then(
    async (response) => console.log(JSON.stringify({ status: response.status, body: await response.text() })),
  );`;

export function createContainer(id: string): Container {
  const docker = (...args: string[]) => runCommand(['docker', ...args]);
  const exec = (...command: string[]) => docker('exec', id, ...command);
  return {
    id,
    exec,
    kill: async () => void (await docker('kill', id)),
    stop: async () => void (await docker('stop', '--time', '45', id)),
    pause: async () => void (await docker('pause', id)),
    unpause: async () => void (await docker('unpause', id)),
    start: async () => void (await docker('start', id)),
    inspect: async (template) => (await docker('inspect', '--format', template, id)).trim(),
    async fetch(path, init = { method: 'GET', body: undefined }) {
      return JSON.parse(await exec('node', '-e', FETCH_SCRIPT, path, JSON.stringify(init))) as InsideAnswer;
    },
  };
}
