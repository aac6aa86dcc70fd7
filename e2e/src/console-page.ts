import type { Page } from 'playwright-core';

/** A page of the console, by what a person sees of it. */
export interface ConsolePage {
  readonly page: Page;
  /** Resolves once the live stream stands, and what is shown is complete. */
  live(): Promise<void>;
  /** Resolves once an instance's cell has one of these statuses, with when the page itself first saw it (epoch ms). */
  cellIs(instanceId: string, statuses: readonly string[]): Promise<number>;
}

/** Looks again and again in the page itself, and says when it saw it: how long it takes to tell us does not count. */
const WATCH_CELL = `([id, statuses]) => new Promise((resolve) => {
  const look = () => {
    const cell = [...document.querySelectorAll('.cell[aria-label]')].find((one) =>
      one.getAttribute('aria-label').startsWith(id + ' '));
    const is = cell === undefined ? ['gone'] : [...cell.classList];
    if (statuses.some((status) => is.includes(status))) resolve(Date.now());
    else setTimeout(look, 10);
  };
  look();
})`;

export function consolePage(page: Page): ConsolePage {
  return {
    page,
    async live() {
      // On a wall it is there, and not to be seen.
      await page.locator('.chip.live').waitFor({ state: 'attached' });
      await page.locator('main [aria-busy]').waitFor({ state: 'detached' });
    },
    cellIs: (instanceId, statuses) =>
      page.evaluate<number>(`(${WATCH_CELL})(${JSON.stringify([instanceId, statuses])})`),
  };
}
