import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INSTANCE_HEADER as InstanceHeader } from '@rollcall/contracts';
import { within } from '../registry/wait';

export interface HealthPathsOptions {
  /** `<instance_id>/<epoch>` while registered. */
  readonly identity: () => string | undefined;
  readonly isDraining: () => boolean;
  /** Rejects, or throws, with why no requests are to come now. */
  readonly check?: (() => void | Promise<void>) | undefined;
  /** `false` leaves the paths to the server, and only names the instance in its answers. */
  readonly answers: boolean;
  /** The path that probes ask for, where it is another one than the paths answered here. */
  readonly healthPath?: string | undefined;
}

/** Literal, so that the library's entry does not load the contracts' validator. */
export const INSTANCE_HEADER: typeof InstanceHeader = 'Rollcall-Instance';

/** How long a check may take, milliseconds: shorter than the prober's own time-out. */
const CHECK_LIMIT_MS = 1000;

/**
 * `/livez` and `/readyz` as Kubernetes' API server answers them, and `/health` as application/health+json. Every
 * answer names the instance that gave it, so that a probe of an address which another process has taken over is not
 * mistaken for the one that was registered there.
 *
 * @returns whether the request was one of these, and is answered
 */
export function createHealthPaths(
  options: HealthPathsOptions,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const { identity, isDraining, check, answers, healthPath } = options;

  return (req, res) => {
    const [path = ''] = (req.url ?? '').split('?', 1);
    const kind = PATHS.get(path);
    if (kind === undefined && path !== healthPath) return false;
    const instance = identity();
    if (instance !== undefined) res.setHeader(INSTANCE_HEADER, instance);
    if (kind === undefined || !answers || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
    res.setHeader('Cache-Control', 'no-store');
    if (kind === 'live') send(res, [{ name: 'process' }]);
    else void readiness().then((results) => send(res, results, kind === 'health'));
    return true;
  };

  async function readiness(): Promise<readonly CheckResult[]> {
    const lifecycle = { name: 'lifecycle', ...(isDraining() ? { fault: 'draining' } : {}) };
    return check === undefined ? [lifecycle] : [lifecycle, await run(check)];
  }
}

const PATHS: ReadonlyMap<string, 'live' | 'ready' | 'health'> = new Map([
  ['/livez', 'live'],
  ['/readyz', 'ready'],
  ['/health', 'health'],
]);

interface CheckResult {
  readonly name: string;
  /** Why it failed; absent when it passed. */
  readonly fault?: string;
}

async function run(check: () => void | Promise<void>): Promise<CheckResult> {
  const name = 'check';
  try {
    const result = await within(CHECK_LIMIT_MS, Promise.resolve().then(check));
    return result === 'overdue' ? { name, fault: `no answer in ${CHECK_LIMIT_MS} ms` } : { name };
  } catch (error) {
    return { name, fault: error instanceof Error ? error.message : String(error) };
  }
}

function send(res: ServerResponse, results: readonly CheckResult[], asJson = false): void {
  const ok = results.every(({ fault }) => fault === undefined);
  const body = asJson ? healthJson(ok, results) : results.map(line).join('');
  res.writeHead(ok ? 200 : 503, {
    'Content-Type': asJson ? 'application/health+json; charset=utf-8' : 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  // Node leaves it out of an answer to HEAD.
  res.end(body);
}

function line({ name, fault }: CheckResult): string {
  return `[${fault === undefined ? '+' : '-'}]${name} ${fault ?? 'ok'}\n`;
}

function healthJson(ok: boolean, results: readonly CheckResult[]): string {
  const checks = results.map(({ name, fault }) => [
    name,
    [fault === undefined ? { status: 'pass' } : { status: 'fail', output: fault }],
  ]);
  return JSON.stringify({ status: ok ? 'pass' : 'fail', checks: Object.fromEntries(checks) });
}
