import type { CatalogView } from './catalog-view';

/** Lets go, when their time has come, of instances that are held on to while a registry warms up. */
export interface ReleaseLoop {
  /** Looks again when there is something to let go of; call after each change. */
  rearm(): void;
  stop(): void;
}

export function createReleaseLoop(
  view: CatalogView,
  onChanged: (services: readonly string[]) => void,
): ReleaseLoop {
  let timer: NodeJS.Timeout | undefined;
  let armedFor: number | undefined;

  function release(): void {
    armedFor = undefined;
    onChanged(view.release(performance.now()));
    rearm();
  }

  function rearm(): void {
    const next = view.nextRelease;
    if (next === armedFor) return;
    clearTimeout(timer);
    armedFor = next;
    if (next !== undefined) timer = setTimeout(release, Math.max(0, next - performance.now())).unref();
  }

  return {
    rearm,
    stop: () => clearTimeout(timer),
  };
}
