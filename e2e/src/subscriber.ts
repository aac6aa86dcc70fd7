import { eventually, startTypeScript } from '@rollcall/testing';

/** What a subscriber knew from a moment on: wall-clock milliseconds, and the address of every instance. */
export interface Knowledge {
  readonly at: number;
  readonly urls: readonly string[];
}

/** A process of its own that follows one service with the client library, as it was built. */
export interface Subscriber {
  /** Its latest knowledge. */
  known(): Knowledge;
  /** Resolves with the first knowledge after now, or the latest, that is of exactly these addresses. */
  knows(urls: readonly string[], timeoutMs?: number): Promise<Knowledge>;
  /** Kills it. */
  end(): Promise<void>;
}

export function startSubscriber(registryUrl: string, serviceName: string): Subscriber {
  const { child, exited, output } = startTypeScript(require.resolve('./processes/subscribing-process.ts'), {
    args: [registryUrl, serviceName],
    packages: 'built',
  });
  const known = (): Knowledge => {
    const lines = output().split('\n').filter(isWhole);
    // Its own line, written a few lines from here.
    return lines.length === 0 ? { at: 0, urls: [] } : (JSON.parse(lines.at(-1) ?? '') as Knowledge);
  };

  return {
    known,
    knows: (urls, timeoutMs = 30_000) => {
      const expected = [...urls].sort().join();
      return eventually(
        () => {
          const now = known();
          return [...now.urls].sort().join() === expected ? now : undefined;
        },
        { timeoutMs },
      );
    },
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}
