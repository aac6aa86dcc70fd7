/**
 * Does something now and then again and again, never twice at once, while the tab is visible; when it becomes visible
 * again it is done at once. What it returns ends that.
 */
export function repeat(everyMs: number, work: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let stopped = false;

  async function turn(): Promise<void> {
    if (running || stopped || document.visibilityState === 'hidden') return;
    running = true;
    clearTimeout(timer);
    try {
      await work();
    } finally {
      running = false;
      if (!stopped && everyMs !== Infinity) timer = setTimeout(() => void turn(), everyMs);
    }
  }

  const onVisibility = () => void turn();
  document.addEventListener('visibilitychange', onVisibility);
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
