import { eventually, startTypeScript } from '@rollcall/testing';

/** The registry as a process of its own. */
export interface RegistryProcess {
  readonly url: string;
  output(): string;
  /** Resolves once it is gone, with its exit code or the signal that ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals>;
}

/** @throws when it ended instead of listening; the message is what it wrote */
export async function startRegistryProcess(env: NodeJS.ProcessEnv): Promise<RegistryProcess> {
  const started = startTypeScript(require.resolve('../src/main.ts'), {
    env: { PORT: '0', LOG_LEVEL: 'info', NODE_ENV: 'production', REGISTRY_AUTH: 'off', ...env },
  });
  let hasEnded = false;
  void started.exited.then(() => (hasEnded = true));
  const port = await eventually(
    () => /"port":(\d+)/.exec(started.output())?.[1] ?? (hasEnded ? 'none' : undefined),
    { timeoutMs: 30_000 },
  );
  if (port === 'none') throw new Error(started.output());
  return {
    url: `http://127.0.0.1:${port}`,
    output: started.output,
    end(signal) {
      started.child.kill(signal);
      return started.exited;
    },
  };
}
