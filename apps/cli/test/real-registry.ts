import { join } from 'node:path';
import { eventually, startTypeScript } from '@rollcall/testing';

/** A registry as a process of its own; it ends with the spec file. */
export interface RealRegistry {
  readonly url: string;
  /** @throws when it is refused */
  register(registration: object): Promise<void>;
  call(method: string, path: string, body?: object, token?: string): Promise<Response>;
}

const MAIN = join(__dirname, '../../registry/src/main.ts');

/** To be called where a spec file begins; what it returns may be used once its specs run. */
export function useRegistry(env: NodeJS.ProcessEnv = {}): RealRegistry {
  let url = '';
  let end: () => Promise<unknown> = () => Promise.resolve();

  beforeAll(async () => {
    const { child, exited, output } = startTypeScript(MAIN, {
      env: { PORT: '0', LOG_LEVEL: 'info', DATA_DIR: 'off', REGISTRY_AUTH: 'off', ...env },
    });
    end = () => {
      child.kill('SIGKILL');
      return exited;
    };
    const port = await eventually(() => /listens on \S+:(\d+)/.exec(output())?.[1], { timeoutMs: 60_000 });
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => end());

  const call: RealRegistry['call'] = (method, path, body, token) =>
    fetch(url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
  return {
    get url() {
      return url;
    },
    call,
    async register(registration) {
      const answer = await call('POST', '/register', registration);
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}
