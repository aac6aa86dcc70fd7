/** Answers, or throws with the reason. The signal fires when the result is no longer awaited. */
export type HealthCheck = (signal: AbortSignal) => void | Promise<void>;

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why not. */
  readonly reason?: string;
}

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/**
 * Kubernetes' three questions. Live: the process works, whatever its dependencies do. Started: it has come up.
 * Ready: it may be sent traffic now. Live and ready are different on purpose: a service whose database is away
 * is not to be killed for it.
 */
export interface Health {
  /** A condition of being ready. */
  addCheck(name: string, check: HealthCheck): void;
  started(): void;
  /** From now on not ready, though alive. */
  draining(): void;
  isStarted(): boolean;
  readiness(): Promise<HealthReport>;
}

/** `checkTimeoutMs` (1000): a check that takes longer has failed; shorter than the prober's own time-out. */
export function createHealth(options: { checkTimeoutMs?: number } = {}): Health {
  const { checkTimeoutMs = 1000 } = options;
  const checks = new Map<string, HealthCheck>();
  let phase: 'starting' | 'serving' | 'draining' = 'starting';

  return {
    addCheck(name, check) {
      checks.set(name, check);
    },
    started() {
      if (phase === 'starting') phase = 'serving';
    },
    draining() {
      phase = 'draining';
    },
    isStarted: () => phase !== 'starting',
    async readiness() {
      const lifecycle = phase === 'serving' ? passed('lifecycle') : failed('lifecycle', phase);
      const results = await Promise.all([...checks].map(([name, check]) => run(name, check, checkTimeoutMs)));
      const all = [lifecycle, ...results];
      return { ok: all.every((result) => result.ok), checks: all };
    },
  };
}

async function run(name: string, check: HealthCheck, timeoutMs: number): Promise<CheckResult> {
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([Promise.resolve(overdue.signal).then(check), aborted(overdue.signal)]);
    return passed(name);
  } catch (error) {
    return failed(name, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}

const passed = (name: string): CheckResult => ({ name, ok: true });
const failed = (name: string, reason: string): CheckResult => ({ name, ok: false, reason });
