import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { seriousViolations } from '../src/accessibility';
import { chromiumIsInstalled, openTab, startBrowser, type RealBrowser } from '../src/browser';
import { expectAnswer, json, request } from '../src/expect-answer';

const TOKENS = {
  reader: { token: 'reader-token-of-a-console', scopes: ['read'] },
  operator: { token: 'operator-token-of-a-console', scopes: ['read', 'admin', 'write:*'] },
} as const;
type Bearer = keyof typeof TOKENS;

const product = { service_name: 'product', url: 'http://203.0.113.7:8081', instance_id: 'p-1' };
const by = (bearer: Bearer, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${TOKENS[bearer].token}` },
});

(chromiumIsInstalled ? describe : describe.skip)('the console of a registry that asks for tokens', () => {
  let registry: AppProcess;
  let folder: string;
  let browser: RealBrowser;
  let profile: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    const file = join(folder, 'tokens.json');
    const tokens = Object.entries(TOKENS).map(([name, entry]) => ({ name, ...entry }));
    await writeFile(file, JSON.stringify({ tokens }));
    const env = { DATA_DIR: 'off', REGISTRY_AUTH: 'on', REGISTRY_TOKENS_FILE: file };
    registry = startApp({ app: 'registry', port: await freePort(), env });
    [browser] = await Promise.all([startBrowser(), registry.ready()]);
    await expectAnswer(`${registry.url}/register`, 201, by('operator', json('POST', product)));
  });

  beforeEach(async () => {
    profile = await browser.profile();
  });

  afterEach(async () => {
    await profile.close();
  });

  afterAll(async () => {
    await browser?.close();
    await registry?.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** As `rollcall ui` opens it. */
  const enter = async (bearer: Bearer, path = ''): Promise<Page> => {
    const { page } = await openTab(profile, `${registry.url}/ui/${path}#t=${TOKENS[bearer].token}`);
    await page.locator('.chip.live').waitFor();
    return page;
  };
  /** What the token may do is known a moment after the button is there. */
  const drainButton = async (page: Page, state: 'enabled' | 'disabled') => {
    const button = page.locator(`main button:${state}`, { hasText: /^Drain/ }).first();
    await button.waitFor();
    return button;
  };

  it.each(['dark', 'light'])(
    'asks for one on a page that has no serious fault of accessibility (%s)',
    async (theme) => {
      const { page, faults } = await openTab(profile, `${registry.url}/ui/?theme=${theme}`);
      await page.locator('input[type=password]').waitFor();

      expect(await seriousViolations(page)).toEqual([]);
      // The browser itself reports each answer of 401.
      expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
    },
  );

  it('does not let a token that may only read drain, and says which scope is missing', async () => {
    const page = await enter('reader', 'services/product');
    const button = await drainButton(page, 'disabled');

    expect(await button.getAttribute('title')).toMatch('write:product');
    const url = `${registry.url}/instances/p-1/drain?wait_ms=0`;
    expect((await request(url, by('reader', json('POST', {})))).status).toBe(403);
  });

  it('lets a token that may', async () => {
    const page = await enter('operator', 'services/product');

    await drainButton(page, 'enabled');
  });
});
