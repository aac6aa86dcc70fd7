import { accessSync, constants, readFileSync, realpathSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { fileSystemOf } from './mounts';

/** What the container, or the machine, is like in which this command runs. */
export interface SelfFacts {
  readonly node: string;
  readonly nodeEnv: string | undefined;
  /** The name of process 1, where the kernel tells. */
  readonly processOne: string | undefined;
  readonly dataDir:
    | {
        readonly path: string;
        readonly isWritable: boolean;
        /** As the kernel names it; `undefined` where it does not tell. */
        readonly fileSystem: string | undefined;
      }
    | undefined;
  /** Bytes; `undefined` where there is no limit. */
  readonly memoryLimit: number | undefined;
  /** Bytes that a process of Node lets its heap grow to. */
  readonly heapLimit: number;
}

/** Of cgroup v2, and of v1. */
const MEMORY_LIMITS = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];
/** cgroup v1 writes a number near 2^63 for no limit. */
const NO_LIMIT = 2 ** 50;

export function collectSelf(env: NodeJS.ProcessEnv): SelfFacts {
  const limit = Number(MEMORY_LIMITS.map(contentOf).find((text) => text !== undefined) ?? 'max');
  return {
    node: process.versions.node,
    nodeEnv: env['NODE_ENV'],
    processOne: contentOf('/proc/1/comm'),
    dataDir: dataDirOf(env['DATA_DIR']),
    memoryLimit: Number.isFinite(limit) && limit < NO_LIMIT ? limit : undefined,
    heapLimit: getHeapStatistics().heap_size_limit,
  };
}

function dataDirOf(path: string | undefined): SelfFacts['dataDir'] {
  if (path === undefined || path === '' || path === 'off') return undefined;
  return { path, isWritable: isWritable(path), fileSystem: fileSystemUnder(path) };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of Linux alone. */
function fileSystemUnder(path: string): string | undefined {
  const mounts = contentOf('/proc/self/mountinfo');
  try {
    return mounts === undefined ? undefined : fileSystemOf(mounts, realpathSync(path));
  } catch {
    return undefined;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
