import type { FakeProblem } from './fake-answer';

/** What a spec has ordered to go wrong, by the path of a call. */
export interface FakeFaults {
  /** Answers the next call of this path with a problem, and does not carry it out; several queue up. */
  refuseNext(path: string, problem: FakeProblem): void;
  /** The problem ordered for a call that has come; each is given out once. */
  refusalOf(path: string): FakeProblem | undefined;
  /** Keeps answers to calls of this path back until the returned function is called. */
  holdAnswers(path: string): () => void;
  /** Keeps calls of this path from being carried out until the returned function is called. */
  holdCalls(path: string): () => void;
  /** Resolves once a call of this path may be carried out. */
  admitted(path: string): Promise<void>;
  /** Resolves once an answer to a call of this path may go out. */
  released(path: string): Promise<void>;
}

export function createFakeFaults(): FakeFaults {
  const refusals = new Map<string, FakeProblem[]>();
  const calls = createHolds();
  const answers = createHolds();

  return {
    refuseNext(path, problem) {
      refusals.set(path, [...(refusals.get(path) ?? []), problem]);
    },
    refusalOf: (path) => refusals.get(path)?.shift(),
    holdAnswers: answers.hold,
    holdCalls: calls.hold,
    admitted: calls.over,
    released: answers.over,
  };
}

function createHolds(): {
  readonly hold: (path: string) => () => void;
  readonly over: (path: string) => Promise<void>;
} {
  const holds = new Map<string, Promise<void>>();

  return {
    hold(path) {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      holds.set(path, held);
      return () => {
        holds.delete(path);
        release();
      };
    },
    async over(path) {
      await holds.get(path);
    },
  };
}
