import type { EtcdClient, KeyRange } from '@rollcall/etcd-client';

/** What etcd has at a moment after it was asked for. */
export interface KeyState {
  /** Of the store. */
  readonly revision: number;
  /** The latest among the keys; 0 when there are none. */
  readonly modRevision: number;
}

/**
 * Linearizable reads of a few keys. Callers of the registry cause them, so all that are asked for at one time are one call to
 * etcd, and there is one such call at a time.
 */
export interface KeyLookups {
  /** @throws EtcdError */
  look(range: KeyRange): Promise<KeyState>;
}

/** As many as etcd takes in a transaction. */
const MAX_PER_CALL = 128;
/** Shortest time from the start of one call to that of the next: so it is 100 calls a second at most. */
const CALL_EVERY_MS = 10;

interface Waiting {
  readonly range: KeyRange;
  resolve(state: KeyState): void;
  reject(error: unknown): void;
}

export function createKeyLookups(
  client: () => Pick<EtcdClient, 'txn'>,
  after: (delayMs: number, task: () => void) => unknown,
): KeyLookups {
  const waiting: Waiting[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const pause = new Promise<void>((resolve) => after(CALL_EVERY_MS, resolve));
      await lookAt(waiting.splice(0, MAX_PER_CALL));
      await pause;
    }
    isBusy = false;
  }

  async function lookAt(asked: readonly Waiting[]): Promise<void> {
    try {
      const { revision, results } = await client().txn(
        { success: asked.map(({ range }) => ({ range })) },
        CALL_OPTIONS,
      );
      for (const [index, { resolve }] of asked.entries()) {
        const result = results[index];
        const found = result?.kind === 'range' ? result.keyValues : [];
        resolve({ revision, modRevision: Math.max(0, ...found.map((keyValue) => keyValue.modRevision)) });
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return {
    look: (range) =>
      new Promise((resolve, reject) => {
        waiting.push({ range, resolve, reject });
        void work();
      }),
  };
}

/** Whoever asks waits two seconds at most. */
const CALL_OPTIONS = { deadlineMs: 2000 };
