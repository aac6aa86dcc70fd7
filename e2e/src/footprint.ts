import { readFileSync } from 'node:fs';
import { eventually } from '@rollcall/testing';
import type { AppProcess } from './app-process';
import { request } from './expect-answer';

/** What a process holds on to, after everything that is garbage has been collected. */
export interface Footprint {
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Sockets, servers, timers and whatever else keeps an event loop going. */
  readonly handles: number;
}

/** For `node -r`: an app started with it can be asked for its footprint. */
export const collectOnSignal = require.resolve('./collect-on-signal.js');

/** Of an app that was started with `collectOnSignal`. */
export async function footprintOf(app: AppProcess): Promise<Footprint> {
  const before = collections(app);
  process.kill(app.pid, 'SIGUSR2');
  await eventually(() => collections(app) > before, { timeoutMs: 30_000 });
  const { text } = await request(`${app.url}/metrics`);
  return {
    heapBytes: valueOf(text, 'nodejs_heap_size_used_bytes'),
    residentBytes: valueOf(text, 'process_resident_memory_bytes'),
    handles: sumOf(text, 'nodejs_active_handles'),
  };
}

/** How much memory a process has had since it began to be watched. */
export interface MemoryWatch {
  stop(): { readonly beforeBytes: number; readonly mostBytes: number };
}

const SAMPLE_EVERY_MS = 50;

/** Reads it from the kernel: asking the process itself would keep it busy. Linux only. */
export function watchResidentMemory(pid: number): MemoryWatch {
  const beforeBytes = residentBytes(pid);
  let mostBytes = beforeBytes;
  const sample = (): void => {
    mostBytes = Math.max(mostBytes, residentBytes(pid));
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return { beforeBytes, mostBytes };
    },
  };
}

/** Read from the kernel. Linux only. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

function collections(app: AppProcess): number {
  return app.output().split('collected\n').length;
}

/** Of all series of a metric. */
function sumOf(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter((text) => text.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

function valueOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find((text) => text.startsWith(`${name}{`) || text.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no metric ${name}`);
  return Number(line.slice(line.lastIndexOf(' ')));
}
