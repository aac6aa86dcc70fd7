import type { LoadReport } from '@rollcall/contracts';
import type { Random } from '@rollcall/load-balancing';
import { jittered } from '../registry/backoff';
import type { RegistryAnswer, RegistryCalls } from '../registry/registry-calls';
import { within } from '../registry/wait';
import { isJsonRecord } from '../wire/json-record';
import { loadReportBody } from './load-report-body';
import type { LoadSource, TakenLoad } from './taken-load';

export interface LoadReportLoopOptions {
  readonly source: LoadSource;
  /** Each is told all: whichever of them is looked at has the numbers. */
  readonly registryUrls: readonly string[];
  readonly calls: RegistryCalls;
  /** Whose load it is; `undefined` while this process is not registered. */
  readonly reporter: () => LoadReport['reporter'] | undefined;
  readonly random: Random;
}

/** Reports what is counted, as often as the registries want it. */
export interface LoadReportLoop {
  start(): void;
  /**
   * Reports what has not been reported yet, to the registries that want reports, and nothing thereafter. It is given up
   * after a second. Never rejects.
   */
  finish(): Promise<void>;
  stop(): void;
}

/** How it stands with one registry. */
interface Standing {
  readonly url: string;
  wants: boolean;
  /** Reports in a row that it has not taken. */
  failures: number;
  /** When it is to be sent the next one, or asked again whether it wants any. */
  askAt: number;
  /** It may have counted it, or not: told again with the same number, it counts it once. */
  unanswered: { readonly report: LoadReport; readonly since: number } | undefined;
}

type Verdict =
  | { readonly kind: 'wanted'; readonly intervalMs: number }
  | { readonly kind: 'unwanted' }
  /** Not taken, for a reason that may be over soon. */
  | { readonly kind: 'not-taken' }
  /** A registry that does not know the call, or does not allow it. */
  | { readonly kind: 'refused' };

/** How soon is looked again whether this process is registered. */
const UNREGISTERED_MS = 500;
/** A registry that answers otherwise would be asked in vain, or all the time. */
const SHORTEST_INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 60_000;
/** A registry that wants none may be started anew with another setting; one that knows no reports may be renewed. */
const UNWANTED_MS = 60_000;
const NOT_TAKEN_MS = 5000;
const LONGEST_WAIT_MS = 600_000;
/** Of the last report: whoever ends does not wait longer for it. */
const LAST_REPORT_MS = 1000;
/** More time is in no report: what was counted meanwhile is dropped. */
const LONGEST_WINDOW_MS = 60_000;

export function createLoadReportLoop(options: LoadReportLoopOptions): LoadReportLoop {
  const { source, registryUrls, calls, reporter, random } = options;
  const registries = registryUrls.map(
    (url): Standing => ({ url, wants: false, failures: 0, askAt: 0, unanswered: undefined }),
  );
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let seq = 0;
  let countedSince = 0;
  let isCounting = false;
  let underWay: Promise<void> = Promise.resolve();

  function arm(delayMs: number): void {
    if (isRunning) timer = setTimeout(() => void (underWay = round()), delayMs).unref();
  }

  async function round(): Promise<void> {
    const who = reporter();
    if (who === undefined) return arm(UNREGISTERED_MS);
    const begunAt = performance.now();
    try {
      const body = await nextReport(who, begunAt);
      // Those that are not due are told too where they want reports: what is taken is taken for all.
      const told = registries.filter(
        ({ wants, failures, askAt }) => askAt <= begunAt || (wants && failures === 0),
      );
      await Promise.all(told.map((registry) => tell(registry, body)));
    } catch {
      // The source could not tell, as a gateway whose workers have all just ended.
      return arm(NOT_TAKEN_MS);
    }
    if (!isRunning) return;
    count(registries.some(({ wants }) => wants));
    const next = Math.min(...registries.map(({ askAt }) => askAt));
    arm(Math.max(next - performance.now(), 0));
  }

  async function lastReport(): Promise<void> {
    await underWay;
    const who = reporter();
    if (who === undefined || !isCounting) return;
    try {
      const report = await nextReport(who, performance.now());
      if (report.edges.length === 0) return;
      await Promise.all(registries.filter(({ wants }) => wants).map((registry) => tell(registry, report)));
    } catch {
      // The source could not tell.
    }
  }

  async function tell(registry: Standing, report: LoadReport): Promise<void> {
    const { url, unanswered } = registry;
    const now = performance.now();
    if (unanswered !== undefined && now - unanswered.since < LONGEST_WINDOW_MS) {
      const answer = await calls.post(url, '/reports', unanswered.report);
      if (!answer.answered) return settle(registry, verdictOn(answer));
    }
    const answer = await calls.post(url, '/reports', report);
    registry.unanswered = answer.answered ? undefined : { report, since: now };
    settle(registry, verdictOn(answer));
  }

  async function nextReport(who: LoadReport['reporter'], now: number): Promise<LoadReport> {
    const load: TakenLoad = await source.take();
    const windowMs = isCounting ? now - countedSince : 0;
    countedSince = now;
    seq += 1;
    return windowMs > LONGEST_WINDOW_MS
      ? loadReportBody({ ...load, edges: [] }, { reporter: who, seq, windowMs: 0 })
      : loadReportBody(load, { reporter: who, seq, windowMs });
  }

  function count(isWanted: boolean): void {
    if (isWanted === isCounting) return;
    isCounting = isWanted;
    countedSince = performance.now();
    source.count(isWanted);
  }

  function settle(registry: Standing, verdict: Verdict): void {
    registry.failures = verdict.kind === 'wanted' || verdict.kind === 'unwanted' ? 0 : registry.failures + 1;
    if (verdict.kind !== 'not-taken') registry.wants = verdict.kind === 'wanted';
    registry.askAt = performance.now() + waitMs(verdict, registry.failures, random);
  }

  return {
    start() {
      if (isRunning) return;
      isRunning = true;
      arm(0);
    },
    async finish() {
      if (!isRunning) return;
      isRunning = false;
      clearTimeout(timer);
      await within(LAST_REPORT_MS, lastReport(), { ref: true });
    },
    stop() {
      isRunning = false;
      clearTimeout(timer);
      count(false);
      calls.close();
    },
  };
}

function waitMs(verdict: Verdict, failures: number, random: Random): number {
  switch (verdict.kind) {
    case 'wanted':
      return Math.min(Math.max(verdict.intervalMs, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS);
    case 'unwanted':
      return jittered(UNWANTED_MS, random);
    case 'not-taken':
      return jittered(Math.min(NOT_TAKEN_MS * 2 ** Math.min(failures - 1, 4), UNWANTED_MS), random);
    case 'refused':
      return jittered(Math.min(UNWANTED_MS * 2 ** Math.min(failures - 1, 10), LONGEST_WAIT_MS), random);
  }
}

function verdictOn(answer: RegistryAnswer): Verdict {
  if (!answer.answered || answer.status >= 500 || answer.status === 429) return { kind: 'not-taken' };
  const { status, body } = answer;
  const told = isJsonRecord(body) ? body : {};
  if (status === 200) {
    const { interval_ms: intervalMs } = told;
    if (typeof intervalMs !== 'number') return { kind: 'refused' };
    return intervalMs > 0 ? { kind: 'wanted', intervalMs } : { kind: 'unwanted' };
  }
  // A replica that has not been told of this instance yet, or of its latest life.
  const isKnownLater = told['code'] === 'INSTANCE_NOT_FOUND' || told['code'] === 'EPOCH_MISMATCH';
  return { kind: isKnownLater ? 'not-taken' : 'refused' };
}
