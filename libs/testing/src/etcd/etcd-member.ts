import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { eventually } from '../eventually';
import { startGuarded, type GuardedProcess } from '../guarded-process';

/** One real etcd process, with its data in a folder. */
export interface EtcdMember {
  readonly name: string;
  /** For clients. */
  readonly url: string;
  /** With the data that it had. Resolves once it listens to its peers, which is before there is a leader. */
  start(): Promise<void>;
  /** SIGKILL, also while it is paused; resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay, and nothing on them is answered. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** Copies its data; only while it is gone. */
  keepData(): Promise<void>;
  /** Puts the copy back; only while it is gone. */
  restoreData(): Promise<void>;
  /** Gone, and its data with it. */
  erase(): Promise<void>;
  /** What it has written since its last start. */
  output(): string;
}

export interface EtcdMemberPlan {
  readonly name: string;
  readonly dataFolder: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  readonly flags: readonly string[];
}

export function createEtcdMember(plan: EtcdMemberPlan): EtcdMember {
  const { name, dataFolder, clientUrl } = plan;
  const kept = `${dataFolder}.kept`;
  let running: GuardedProcess | undefined;

  async function kill(): Promise<void> {
    await running?.stop();
    running = undefined;
  }

  return {
    name,
    url: clientUrl,
    async start() {
      await mkdir(dataFolder, { recursive: true, mode: 0o700 });
      const started = startGuarded(commandOf(plan), { cwd: dirname(dataFolder), endsBy: 'KILL' });
      running = started;
      // From here on it has its ports; it takes calls of clients as soon as there is a leader.
      const listens = (): boolean => started.output().includes('"serving peer traffic"');
      await eventually(() => started.hasExited() || listens(), { timeoutMs: 30_000, everyMs: 20 });
      if (started.hasExited()) throw new Error(`etcd ${name} did not start:\n${started.output()}`);
    },
    kill,
    pause: async () => running?.signal('SIGSTOP'),
    resume: async () => running?.signal('SIGCONT'),
    async keepData() {
      await rm(kept, { recursive: true, force: true });
      await cp(dataFolder, kept, { recursive: true });
    },
    async restoreData() {
      await rm(dataFolder, { recursive: true, force: true });
      await cp(kept, dataFolder, { recursive: true });
    },
    async erase() {
      await kill();
      await rm(dataFolder, { recursive: true, force: true });
    },
    output: () => running?.output() ?? '',
  };
}

function commandOf({ name, dataFolder, clientUrl, peerUrl, flags }: EtcdMemberPlan): string[] {
  const settings = {
    name,
    'data-dir': dataFolder,
    'listen-client-urls': clientUrl,
    'advertise-client-urls': clientUrl,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    logger: 'zap',
    'log-level': 'info',
  };
  return ['etcd', ...Object.entries(settings).map(([flag, value]) => `--${flag}=${value}`), ...flags];
}
