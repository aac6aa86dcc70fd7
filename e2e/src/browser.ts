import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { timeScale } from '@rollcall/testing';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian calls it chromium; elsewhere it may be Google's. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
const program = NAMES.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(existsSync);

/** Waiting for a condition ends a spec that would wait for ever; it decides nothing else. */
const PATIENCE_MS = 60_000 * timeScale;

/** Whether this machine has one; suites in a real browser are skipped where it is missing. */
export const chromiumIsInstalled = program !== undefined;
if (!chromiumIsInstalled) process.stderr.write('Skipped, as chromium is missing: apt-get install chromium\n');

/** A tab, and what it has complained of. */
export interface Tab {
  readonly page: Page;
  /** Reports of its Content-Security-Policy, and errors that nothing caught. */
  readonly faults: readonly string[];
}

export interface RealBrowser {
  /** A browser of its own: its storage, its workers and its tabs. */
  profile(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<RealBrowser> {
  if (program === undefined) throw new Error('chromium is missing');
  const browser = await chromium.launch({
    executablePath: program,
    // The sandbox needs a user; /dev/shm is 64 MiB in a container.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  });
  return {
    async profile(options) {
      const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      return context;
    },
    close: () => browser.close(),
  };
}

/** The name of the event is that of the standard: https://www.w3.org/TR/CSP3/#violation-events */
const TELL_OF_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
  console.error('CSP', violatedDirective, blockedURI, sourceFile))`;

export async function openTab(profile: BrowserContext, url: string): Promise<Tab> {
  const page = await profile.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (/^CSP |Content.Security.Policy|TrustedHTML|TrustedScript/.test(text)) faults.push(text);
  });
  await page.addInitScript(TELL_OF_VIOLATIONS);
  await page.goto(url);
  return { page, faults };
}
