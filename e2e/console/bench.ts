/**
 * `npm run bench:console -- [--seconds 60] [--services 1000] [--changes 100]`: how fast the console is in a real browser, over a
 * registry that changes, and what it keeps. bench/README.md says how to read it.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startBrowser, type RealBrowser } from '../src/browser';
import { freePort, startApp } from '../src/app-process';
import { startChanges, startWideFleet } from './wide-fleet';
import { measurePage, measureStarts, type PageCost, type Start } from './page-cost';

/** Beside which the others are read: what this machine can do at all. */
const FEW_SERVICES = 10;
const STARTS = 5;

interface Options {
  readonly seconds: number;
  readonly services: number;
  readonly changes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      services: { type: 'string', default: '1000' },
      changes: { type: 'string', default: '100' },
    },
  });
  const options = {
    seconds: Number(values.seconds),
    services: Number(values.services),
    changes: Number(values.changes),
  };
  if (!Object.values(options).every((value) => value > 0)) throw new Error('Options are numbers above 0.');
  const load = loadavg()[0] ?? 0;
  const browser = await startBrowser();
  try {
    const rows = [];
    for (const services of [FEW_SERVICES, options.services])
      rows.push(await measure(browser, { ...options, services }));
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`;
    const loads = `load average ${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`;
    process.stdout.write(`\n${machine}, ${loads}.\n\n${table(rows)}\n`);
  } finally {
    await browser.close();
  }
}

interface Row {
  readonly services: number;
  readonly start: Start;
  readonly cost: PageCost;
  /** That were really made; below what was asked for where the machine could not keep up. */
  readonly changesPerSecond: number;
}

async function measure(browser: RealBrowser, { seconds, services, changes }: Options): Promise<Row> {
  const registry = startApp({
    app: 'registry',
    port: await freePort(),
    env: { DATA_DIR: 'off', REGISTRY_AUTH: 'off', LOG_LEVEL: 'error' },
  });
  await registry.ready();
  const fleet = await startWideFleet(registry.url, services);
  try {
    process.stderr.write(`${services} services: ${fleet.instances.length} instances are registered\n`);
    const target = { url: `${registry.url}/ui/`, services, registryPid: registry.pid };
    const start = await measureStarts(browser, target, STARTS);
    const running = startChanges(registry.url, fleet.instances, changes);
    const cost = await measurePage(browser, target, seconds);
    return { services, start, cost, changesPerSecond: await running.stop() };
  } finally {
    fleet.stop();
    await registry.end('SIGKILL');
  }
}

function table(rows: readonly Row[]): string {
  const lines: readonly (readonly [title: string, of: (row: Row) => string])[] = [
    ['first row, ms', ({ start }) => whole(start.firstRowMs)],
    ['table complete, ms', ({ start }) => whole(start.completeMs)],
    ['table in another order, ms', ({ cost }) => whole(cost.orderMs)],
    ['changes/s', ({ changesPerSecond }) => whole(changesPerSecond)],
    ['from frame to frame, p50 / p95 / p99 ms', ({ cost }) => cost.intervals.map(tenth).join(' / ')],
    ['work in a frame, p50 / p95 / p99 ms', ({ cost }) => cost.work.map(tenth).join(' / ')],
    ['of the page’s core', ({ cost }) => `${whole(cost.busyShare * 100)} %`],
    ['JS heap over time, MiB', ({ cost }) => cost.kept.map(({ heapMiB }) => tenth(heapMiB)).join(' → ')],
    ['DOM nodes', ({ cost }) => cost.kept.map(({ nodes }) => whole(nodes)).join(' → ')],
    ['event listeners', ({ cost }) => cost.kept.map(({ listeners }) => whole(listeners)).join(' → ')],
    ['registry’s RSS, MiB', ({ cost }) => cost.kept.map(({ registryMiB }) => whole(registryMiB)).join(' → ')],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...rows.map(({ services }) => `${services} services`)]),
    line(['---', ...rows.map(() => '---:')]),
    ...lines.map(([title, of]) => line([title, ...rows.map(of)])),
  ].join('\n');
}

function whole(value: number): string {
  return value.toFixed(0);
}

function tenth(value: number): string {
  return value.toFixed(1);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
