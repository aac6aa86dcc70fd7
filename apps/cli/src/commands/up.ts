import { setTimeout as pause } from 'node:timers/promises';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { durationOption, formatDuration } from '../duration';
import { EXIT } from '../exit-codes';
import type { Session } from '../session';
import { startApp, type AppProcess } from '../up/app-process';
import { planUp, portOf, type UpOptions, type UpPlan } from '../up/plan';
import { freePorts } from '../free-port';
import { untilReady } from '../up/ready';

/** Longer than an app's own shutdown, so that only one that hangs is killed. */
const STOP_TIMEOUT_MS = 20_000;

export const addUp: AddCommand = (program, act) => {
  program
    .command('up')
    .summary('run a registry and a gateway on this machine')
    .description(
      'Runs a registry and a gateway on this machine, a process each, until Ctrl-C. Other settings of theirs are ' +
        'environment variables, and hold for both; beside a REGISTRY_TOKENS_FILE, which is the registry’s, ' +
        'REGISTRY_TOKEN_FILE is the gateway’s token.',
    )
    .option('--registry-port <port>', 'port of the registry', portOf, 8080)
    .option('--port <port>', 'port of the gateway', portOf, 8000)
    .option('--admin-port <port>', 'admin port of the gateway', portOf, 8001)
    .option('--data <folder>', 'where the registry keeps its catalog; off keeps nothing', '.rollcall')
    .addOption(durationOption('--start-timeout <time>', 'how long both may take until they are ready', '60s'))
    .action(
      act(async (session, options: UpOptions) => {
        const plan = planUp(await withFreePorts(options), session.env);
        const apps: AppProcess[] = [];
        const killAll = (): void => apps.forEach(({ kill }) => kill());
        // Whoever asks a second time does not want to wait.
        process.once('exit', killAll);
        try {
          await run(plan, apps, session, options.startTimeout);
        } finally {
          await stopAll(apps, session);
          process.off('exit', killAll);
        }
        return EXIT.ok;
      }),
    );
};

/** Resolves when it is to end; rejects when it cannot go on. */
async function run(
  plan: UpPlan,
  apps: AppProcess[],
  { out, signal }: Session,
  startTimeoutMs: number,
): Promise<void> {
  const startedLate = AbortSignal.timeout(startTimeoutMs);
  const width = Math.max(...plan.apps.map(({ app }) => app.length));
  for (const { app, env, readyUrl } of plan.apps) {
    const onLine = (line: string): void => out.hint(`${app.padEnd(width)} │ ${line}`);
    const process = startApp({ app, env, onLine });
    apps.push(process);
    const over = new AbortController();
    await Promise.race([
      untilReady(readyUrl, AbortSignal.any([signal, startedLate, over.signal])).catch(() => undefined),
      process.ended,
    ]);
    over.abort();
    if (signal.aborted) return;
    if (process.hasEnded()) throw ended(app, await process.ended);
    if (startedLate.aborted)
      throw new CliFault(
        EXIT.incomplete,
        `the ${app} was not ready within ${formatDuration(startTimeoutMs)}`,
        'its last lines above say why; if it only needs longer, raise --start-timeout',
      );
  }
  showAddresses(plan, out);
  const first = await Promise.race([
    untilAborted(signal),
    ...apps.map(async ({ app, ended: ending }) => ({ app, ending: await ending })),
  ]);
  if (first !== undefined) throw ended(first.app, first.ending);
}

function ended(app: string, ending: string): CliFault {
  return new CliFault(EXIT.no, `the ${app} ${ending}`, 'its last lines above say why');
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** The gateway first: while it finishes its requests, the registry is there for it. */
async function stopAll(apps: readonly AppProcess[], { out }: Session): Promise<void> {
  for (const one of apps.toReversed()) {
    if (one.hasEnded()) continue;
    out.hint(`stopping the ${one.app}; Ctrl-C again ends everything at once`);
    one.terminate();
    const patience = new AbortController();
    const gone = one.ended.then(() => patience.abort());
    await pause(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(one.kill, () => undefined);
    await gone;
  }
}

function showAddresses({ registryUrl, gatewayUrl, adminUrl, dataDir }: UpPlan, out: Session['out']): void {
  const consoleUrl = `${registryUrl}/ui/`;
  const where = registryUrl === 'http://127.0.0.1:8080' ? '' : `REGISTRY_URL=${registryUrl} `;
  out.show({
    data: {
      console_url: consoleUrl,
      registry_url: registryUrl,
      gateway_url: gatewayUrl,
      gateway_admin_url: adminUrl,
      data_dir: dataDir ?? null,
    },
    names: [consoleUrl, registryUrl, gatewayUrl, adminUrl],
    table: () => [
      '',
      `Rollcall is up. Its console: ${consoleUrl}`,
      '',
      `  registry  ${registryUrl}  what is registered, and why it does or does not get traffic`,
      `  gateway   ${gatewayUrl}  the way in`,
      `            ${adminUrl}  its admin port`,
      `  data      ${dataDir ?? 'nothing is kept'}`,
      '',
      'Try, in another terminal:',
      '',
      `  ${where}npx rollcall run --service hello --port auto --route /hello -- sh -c 'python3 -m http.server "$PORT"'`,
      `  curl ${gatewayUrl}/hello`,
      `  ${where}npx rollcall ls`,
      '',
      'Ctrl-C ends everything.',
      '',
    ],
  });
}

/** @throws CliFault when something listens on one of them already */
async function withFreePorts(options: UpOptions): Promise<UpOptions> {
  const wanted = [
    ['registryPort', '--registry-port'],
    ['port', '--port'],
    ['adminPort', '--admin-port'],
  ] as const;
  const found = { ...options };
  const taken: string[] = [];
  const ports = await freePorts(wanted.map(([key]) => options[key]));
  for (const [index, [key, option]] of wanted.entries()) {
    const port = ports[index];
    if (port === undefined) taken.push(`port ${options[key]} is taken (${option})`);
    else found[key] = port;
  }
  if (taken.length === 0) return found;
  throw new CliFault(
    EXIT.no,
    taken.join('\n'),
    'stop what listens there, or choose other ports; 0 is any that is free',
  );
}
