import type { RegistrarOptions } from '@rollcall/registry-client';
import { formatDuration } from '../duration';
import type { TakeSignals } from '../signals';
import { createAnnouncement } from './announcement';
import { checkHealth, type HealthCheck } from './health-check';
import { startHealthLoop } from './health-loop';
import { runs, step, type Life, type LifeAction, type LifeEvent } from './life-cycle';
import { untilUnused } from './open-connections';
import { startProgram, type Program } from './program';
import { createRegistrarLines } from './registrar-lines';

export interface RunSettings {
  readonly command: readonly string[];
  readonly registrar: RegistrarOptions;
  readonly instanceId: string;
  readonly health: HealthCheck;
  readonly healthEveryMs: number;
  /** How long the program may take until it answers, milliseconds. */
  readonly startTimeoutMs: number;
  readonly stopSignal: NodeJS.Signals;
  /** How long connections to the program may stay open after the drain before it is told to stop, milliseconds. */
  readonly settleMs: number;
  /** How long the program may take to stop, milliseconds. */
  readonly graceMs: number;
}

export interface RunSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (line: string) => void;
  /** Aborted if a signal has come already. */
  readonly interrupted: AbortSignal;
  readonly takeSignals: TakeSignals;
}

const FIRST_EVERY_MS = 200;
const FAILURES = 3;
const STOPS = ['SIGTERM', 'SIGINT'] as const;
const PASSED_ON = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

/** Runs a program from its start to its end, and keeps it on the registry's list meanwhile. @returns the exit code */
export async function runProgram(settings: RunSettings, surroundings: RunSurroundings): Promise<number> {
  const { tell, env, interrupted } = surroundings;
  const { port } = settings.health;
  const program = await startProgram(settings.command, {
    ...env,
    PORT: String(port),
    ROLLCALL_INSTANCE_ID: settings.instanceId,
    ROLLCALL_SERVICE: settings.registrar.registration.service_name,
  });
  if ('fault' in program) {
    tell(program.fault);
    return program.exitCode;
  }
  tell(
    `started ${settings.command[0] ?? ''}, process ${program.pid}; waiting until it answers at port ${port}`,
  );
  const life = live(program, settings, surroundings);
  if (interrupted.aborted) life.take({ type: 'stop_requested', signal: 'SIGTERM' });
  return life.exitCode;
}

/** Carries out what the life cycle decides, and tells it what happens. */
function live(program: Program, settings: RunSettings, { tell, takeSignals }: RunSurroundings) {
  const { health, stopSignal } = settings;
  const announcement = createAnnouncement({
    ...settings.registrar,
    onEvent: createRegistrarLines(tell),
  });
  let life: Life = { phase: 'starting' };
  let end: (exitCode: number) => void = () => undefined;
  const exitCode = new Promise<number>((resolve) => (end = resolve));

  const loop = startHealthLoop({
    check: () => checkHealth(health),
    firstEveryMs: FIRST_EVERY_MS,
    everyMs: settings.healthEveryMs,
    failures: FAILURES,
    onAnswers: () => take({ type: 'answers' }),
    onFails(why) {
      tell(`the program does not answer any more (${why}); taking it off the list until it does`);
      take({ type: 'fails' });
    },
  });
  const startTimer = setTimeout(() => {
    if (life.phase === 'starting')
      tell(
        `the program has not answered within ${formatDuration(settings.startTimeoutMs)}: ${loop.lastFault ?? ''}`,
      );
    take({ type: 'start_timed_out' });
  }, settings.startTimeoutMs);
  let graceTimer: NodeJS.Timeout | undefined;
  const returnSignals = takeSignals([...STOPS, ...PASSED_ON], (signal) =>
    take({ type: isStop(signal) ? 'stop_requested' : 'signalled', signal }),
  );
  void program.ended.then((code) => {
    if (life.phase === 'starting') tell(`the program has ended with ${code} before it answered`);
    take({ type: 'ended', exitCode: code });
  });

  function take(event: LifeEvent): void {
    const { life: next, actions } = step(life, event);
    life = next;
    if (life.phase !== 'starting') clearTimeout(startTimer);
    if (!HAS_HEALTH.has(life.phase)) loop.stop();
    if (!runs(life)) clearTimeout(graceTimer);
    for (const action of actions) carryOut(action);
  }

  function carryOut(action: LifeAction): void {
    switch (action.do) {
      case 'announce':
        return announcement.announce();
      case 'drain':
        return announcement.drain(() => void settled().then(() => take({ type: 'drained' })));
      case 'withdraw':
        return void announcement.withdraw().then(() => take({ type: 'off_the_list' }));
      case 'stop':
        return program.signal(stopSignal);
      case 'signal':
        return program.signal(action.signal);
      case 'begin_grace':
        graceTimer = setTimeout(() => take({ type: 'grace_over' }), settings.graceMs);
        return;
      case 'kill':
        return program.kill();
      case 'exit':
        returnSignals();
        return end(action.exitCode);
    }
  }

  async function settled(): Promise<void> {
    const left = await untilUnused(health.port, settings.settleMs);
    if (left > 0 && life.phase === 'draining') tell(`${left} connections to the program are still open`);
  }

  return { take, exitCode };
}

const HAS_HEALTH: ReadonlySet<Life['phase']> = new Set(['starting', 'serving', 'unhealthy']);

function isStop(signal: NodeJS.Signals): boolean {
  return STOPS.some((stop) => stop === signal);
}
