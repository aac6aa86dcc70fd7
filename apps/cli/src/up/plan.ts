import { resolve } from 'node:path';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';

/** Where `rollcall up` has its ports and its data. */
export interface UpOptions {
  registryPort: number;
  port: number;
  adminPort: number;
  readonly data: string;
  /** Milliseconds that both may take until they are ready. */
  readonly startTimeout: number;
}

/** What it runs, in the order in which it starts. */
export interface UpPlan {
  readonly apps: readonly {
    readonly app: 'registry' | 'gateway';
    readonly env: NodeJS.ProcessEnv;
    /** Answers 200 once it is ready. */
    readonly readyUrl: string;
  }[];
  readonly registryUrl: string;
  readonly gatewayUrl: string;
  readonly adminUrl: string;
  /** Absolute; `undefined` when nothing is kept. */
  readonly dataDir: string | undefined;
}

/** Settings of one app: handed on to both, they would contradict each other. */
const OF_ONE_APP: ReadonlySet<string> = new Set(['PORT', 'ADMIN_PORT', 'SERVICE_NAME', 'ADVERTISE_URL']);
/** The gateway's own beside a tokens file; without one it is the token that the registry asks for. */
const TOKEN: ReadonlySet<string> = new Set(['REGISTRY_TOKEN', 'REGISTRY_TOKEN_FILE']);

/** A registry and a gateway on this machine; what the environment sets beside their ports holds for both. */
export function planUp(
  { registryPort, port, adminPort, data }: Omit<UpOptions, 'startTimeout'>,
  env: NodeJS.ProcessEnv,
): UpPlan {
  const scheme = env['TLS_CERT_FILE'] ? 'https' : 'http';
  const local = (at: number): string => `${scheme}://127.0.0.1:${at}`;
  const dataDir = data === 'off' ? undefined : resolve(data);
  const shared = {
    ...without(env, OF_ONE_APP),
    DATA_DIR: dataDir ?? 'off',
    REGISTRY_URL: local(registryPort),
  };
  return {
    apps: [
      {
        app: 'registry',
        env: {
          ...(env['REGISTRY_TOKENS_FILE'] ? without(shared, TOKEN) : shared),
          PORT: String(registryPort),
        },
        readyUrl: `${local(registryPort)}/readyz`,
      },
      {
        app: 'gateway',
        env: { ...shared, PORT: String(port), ADMIN_PORT: String(adminPort) },
        readyUrl: `http://127.0.0.1:${adminPort}/readyz`,
      },
    ],
    registryUrl: local(registryPort),
    gatewayUrl: local(port),
    adminUrl: `http://127.0.0.1:${adminPort}`,
    dataDir,
  };
}

function without(env: NodeJS.ProcessEnv, names: ReadonlySet<string>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

/** @throws CliFault when the text is no port */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CliFault(
    EXIT.usage,
    `${JSON.stringify(text)} is not a port`,
    'write a number from 0 to 65535; 0 is any that is free',
  );
}
