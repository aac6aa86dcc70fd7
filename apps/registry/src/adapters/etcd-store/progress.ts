/** How far this process has been told, and who waits for what comes. */
export interface Progress {
  /** Everything up to that revision has been told. */
  readonly position: number;
  /** After the followers have been told of it. */
  advance(position: number): void;
  /** Another history: positions start anew. */
  restart(position: number): void;
  /**
   * Looks again after each advance.
   *
   * @returns whether it has come to hold within that time
   */
  until(holds: () => boolean, timeoutMs: number): Promise<boolean>;
}

export function createProgress(after: (delayMs: number, task: () => void) => () => void): Progress {
  const looks = new Set<() => void>();
  let position = 0;

  function moveTo(to: number): void {
    position = to;
    for (const look of [...looks]) look();
  }

  return {
    get position() {
      return position;
    },
    advance(to) {
      if (to > position) moveTo(to);
    },
    restart: moveTo,
    until(holds, timeoutMs) {
      if (holds()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (result: boolean): void => {
          looks.delete(look);
          cancel();
          resolve(result);
        };
        const look = (): void => {
          if (holds()) end(true);
        };
        const cancel = after(timeoutMs, () => end(holds()));
        looks.add(look);
      });
    },
  };
}
