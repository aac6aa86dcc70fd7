import type { WriteRound } from './ports/write-round';

/** One round is one turn of Node's event loop: `setImmediate` comes after all sockets that had something to read. */
export function createWriteRound(): WriteRound {
  let writes: (() => void)[] = [];

  function writeAll(): void {
    const round = writes;
    // What is added meanwhile is of the next round: it comes from callbacks, after reads of its own.
    writes = [];
    for (const write of round) write();
  }

  return {
    add(write) {
      if (writes.length === 0) setImmediate(writeAll);
      writes.push(write);
    },
  };
}
