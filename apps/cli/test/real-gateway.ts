import { join } from 'node:path';
import type { UpstreamView } from '@rollcall/contracts';
import { closedPort, eventually, startTypeScript } from '@rollcall/testing';
import type { RealRegistry } from './real-registry';

/** A gateway as a process of its own; it ends with the spec file. */
export interface RealGateway {
  readonly url: string;
  readonly adminUrl: string;
  /** An instance as the gateway sees it. */
  upstream(instanceId: string): Promise<UpstreamView | undefined>;
}

const MAIN = join(__dirname, '../../gateway/src/main.ts');

/** To be called where a spec file begins, behind `useRegistry`. */
export function useGateway(registry: RealRegistry, env: NodeJS.ProcessEnv = {}): RealGateway {
  let url = '';
  let adminUrl = '';
  let end: () => Promise<unknown> = () => Promise.resolve();

  beforeAll(async () => {
    const [port, adminPort] = [await closedPort(), await closedPort()];
    url = `http://127.0.0.1:${port}`;
    adminUrl = `http://127.0.0.1:${adminPort}`;
    const { child, exited } = startTypeScript(MAIN, {
      env: {
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        REGISTRY_URL: registry.url,
        // Else it would know what a spec before it had registered.
        DATA_DIR: 'off',
        ...env,
      },
    });
    end = () => {
      child.kill('SIGKILL');
      return exited;
    };
    await eventually(async () => (await fetch(`${adminUrl}/readyz`)).status === 200, { timeoutMs: 60_000 });
  });
  afterAll(() => end());

  return {
    get url() {
      return url;
    },
    get adminUrl() {
      return adminUrl;
    },
    async upstream(instanceId) {
      const answer = await fetch(`${adminUrl}/upstreams`);
      // The gateway's own specs hold its answers against their schema.
      const { upstreams } = (await answer.json()) as { upstreams: readonly UpstreamView[] };
      return upstreams.find(({ instance_id }) => instance_id === instanceId);
    },
  };
}
