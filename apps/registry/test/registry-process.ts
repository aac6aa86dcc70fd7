import { eventually, startTypeScript } from '@rollcall/testing';

/** The registry as a process of its own. */
export interface RegistryProcess {
  readonly url: string;
  output(): string;
  /** Resolves once it is gone, with its exit code or the signal that ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals>;
}

/** @throws when it ended instead of listening, or did not listen in time; the message is what it wrote */
export type StartRegistryProcess = (env: NodeJS.ProcessEnv) => Promise<RegistryProcess>;

/** Starts registries that are gone after the spec file, also those whose start the spec did not live to see. */
export function registryProcesses(): StartRegistryProcess {
  const endings = new Set<RegistryProcess['end']>();
  let isOver = false;

  afterAll(async () => {
    isOver = true;
    await Promise.all(Array.from(endings, (end) => end('SIGKILL')));
  });

  return async (env) => {
    // A spec that has run out of time goes on behind the next one's back.
    if (isOver) throw new Error('the spec file is over');
    const { child, exited, output } = startTypeScript(require.resolve('../src/main.ts'), {
      env: { PORT: '0', LOG_LEVEL: 'info', NODE_ENV: 'production', REGISTRY_AUTH: 'off', ...env },
    });
    let hasEnded = false;
    void exited.then(() => (hasEnded = true));
    const end: RegistryProcess['end'] = (signal) => {
      child.kill(signal);
      return exited;
    };
    endings.add(end);
    const port = await eventually(() => portOf(output()) ?? (hasEnded ? 'none' : undefined), {
      timeoutMs: 60_000,
    }).catch(() => 'none');
    if (port === 'none') {
      await end('SIGKILL');
      throw new Error(output());
    }
    return { url: `http://127.0.0.1:${port}`, output, end };
  };
}

function portOf(output: string): string | undefined {
  return /"port":(\d+)/.exec(output)?.[1];
}
