import type { FakeProblem } from './fake-answer';

/** What a spec has ordered to go wrong, by the path of a call. */
export interface FakeFaults {
  /** Answers the next call of this path with a problem, and does not carry it out; several queue up. */
  refuseNext(path: string, problem: FakeProblem): void;
  /** The problem ordered for a call that has come; each is given out once. */
  refusalOf(path: string): FakeProblem | undefined;
  /** Keeps answers to calls of this path back until the returned function is called. */
  hold(path: string): () => void;
  /** Resolves once an answer to a call of this path may go out. */
  released(path: string): Promise<void>;
}

export function createFakeFaults(): FakeFaults {
  const refusals = new Map<string, FakeProblem[]>();
  const holds = new Map<string, Promise<void>>();

  return {
    refuseNext(path, problem) {
      refusals.set(path, [...(refusals.get(path) ?? []), problem]);
    },
    refusalOf: (path) => refusals.get(path)?.shift(),
    hold(path) {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      holds.set(path, held);
      return () => {
        holds.delete(path);
        release();
      };
    },
    async released(path) {
      await holds.get(path);
    },
  };
}
