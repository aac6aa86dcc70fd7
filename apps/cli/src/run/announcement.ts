import { createRegistrar, type Registrar, type RegistrarOptions } from '@rollcall/registry-client';

/** Keeps a program on the registry's list while it answers. */
export interface Announcement {
  /** Puts it on the list, and keeps it there through every outage of a registry. */
  announce(): void;
  /**
   * Has its callers let go of it. It stays on the list, as draining, until it is withdrawn.
   *
   * @param onDrained called once no caller sends requests to it, or once the time for that is over
   */
  drain(onDrained: () => void): void;
  /** Takes it off the list at once. Never rejects. */
  withdraw(): Promise<void>;
}

interface Listing {
  readonly registrar: Registrar;
  readonly programEnded: AbortController;
}

/** @param options of a registrar, which is made anew for each time that the program is announced */
export function createAnnouncement(options: RegistrarOptions): Announcement {
  let listing: Listing | undefined;
  /** One thing after the other: what is withdrawn now may be announced again a moment later. */
  let work: Promise<void> = Promise.resolve();

  function begin(): void {
    // The main thread of this process has nothing else to do that could delay a heartbeat.
    const registrar = createRegistrar({ ...options, thread: false });
    listing = { registrar, programEnded: new AbortController() };
    void registrar.start();
  }

  return {
    announce() {
      work = work.then(begin);
    },
    drain(onDrained) {
      work = work.then(() => {
        if (listing === undefined) return onDrained();
        const { registrar, programEnded } = listing;
        void registrar.stop({
          hostEnded: programEnded.signal,
          whenIdle: () => {
            onDrained();
            return aborted(programEnded.signal);
          },
        });
      });
    },
    withdraw() {
      work = work.then(async () => {
        const ending = listing;
        listing = undefined;
        ending?.programEnded.abort();
        await ending?.registrar.stop({ hostEnded: ending.programEnded.signal });
      });
      return work;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
