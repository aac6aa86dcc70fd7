import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { askSecurely, type IssuedPair } from '@rollcall/testing/certificates';
import { startNode, type NodeProcess } from './node-process';

export type AppName = 'registry' | 'gateway' | 'product' | 'order' | 'hello';

/** An app as it is deployed: the compiled main.js in a process of its own. */
export interface AppProcess extends NodeProcess {
  readonly app: AppName;
  readonly url: string;
  /** Where its health paths and metrics are. */
  readonly healthUrl: string;
  /** Resolves once `/livez` answers 200. */
  live(): Promise<void>;
  /** Resolves once `/readyz` answers 200. */
  ready(): Promise<void>;
}

/** Far more than a start takes, for machines that are busy with other things as well. */
const START_TIMEOUT_MS = 60_000;

export interface StartAppOptions {
  readonly app: AppName;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Where the health paths are, when not at the app's own port. */
  readonly healthPort?: number;
  /** PEM text of the authority of its certificate, when its own port speaks TLS. */
  readonly ca?: string;
  /** Shown to it, when it asks its callers for a certificate. */
  readonly pair?: IssuedPair | undefined;
  /** For `node` itself, before the app's file. */
  readonly nodeArgs?: readonly string[];
}

export function startApp({
  app,
  port,
  env,
  healthPort = port,
  ca,
  pair,
  nodeArgs = [],
}: StartAppOptions): AppProcess {
  const url = ca === undefined ? localUrl(port) : `https://127.0.0.1:${port}`;
  const healthUrl = healthPort === port ? url : localUrl(healthPort);
  const started = startNode(['--enable-source-maps', ...nodeArgs, mainOf(app)], {
    env: { PORT: String(port), ...env },
  });

  return {
    ...started,
    app,
    url,
    healthUrl,
    live: () => answers(`${healthUrl}/livez`),
    ready: () => answers(`${healthUrl}/readyz`),
  };

  async function answers(url: string): Promise<void> {
    await eventually(async () => !started.isRunning() || (await isOk(url, ca, pair)), {
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 50,
    }).catch((cause: unknown) => {
      throw new Error(`${app} does not answer ${url}; it wrote:\n${started.output()}`, { cause });
    });
    if (!started.isRunning())
      throw new Error(`${app} ended before it answered ${url}; it wrote:\n${started.output()}`);
  }
}

async function isOk(url: string, ca = '', pair?: IssuedPair): Promise<boolean> {
  if (url.startsWith('https:')) return (await askSecurely(url, { ca, pair })).status === 200;
  const response = await fetch(url);
  await response.body?.cancel();
  return response.ok;
}

/** A free port of 127.0.0.1, for an app that must come back at the address that it had. */
export const freePort = closedPort;

export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function mainOf(app: AppName): string {
  return join(__dirname, '../../apps', app, 'dist/main.js');
}
