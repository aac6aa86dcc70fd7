import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { freePort, startApp, type AppProcess } from '../src/app-process';
import { chromiumIsInstalled, openTab, startBrowser, type RealBrowser } from '../src/browser';
import { expectAnswer, json } from '../src/expect-answer';

const READER = { name: 'reader', token: 'reader-token-of-a-console', scopes: ['read'] };
const SECOND = { name: 'second', token: 'second-token-of-a-console', scopes: ['read'] };
const OPERATOR = { name: 'operator', token: 'operator-token-of-an-e2e', scopes: ['read', 'write:*'] };

(chromiumIsInstalled ? describe : describe.skip)('the console and the registry that it follows', () => {
  let folder: string;
  let file: string;
  let port: number;
  let registry: AppProcess;
  let browser: RealBrowser;
  let profile: BrowserContext;

  const permit = (...tokens: readonly (typeof READER)[]) =>
    writeFile(file, JSON.stringify({ tokens: [...tokens, OPERATOR] }));
  const start = async () => {
    const env = { DATA_DIR: folder, REGISTRY_AUTH: 'on', REGISTRY_TOKENS_FILE: file };
    registry = startApp({ app: 'registry', port, env });
    await registry.ready();
  };
  const asOperator = (init: RequestInit = {}): RequestInit => ({
    ...init,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR.token}` },
  });
  const register = (name: string) =>
    expectAnswer(
      `${registry.url}/register`,
      201,
      asOperator(json('POST', { service_name: name, url: 'http://203.0.113.7:8081', ttl_seconds: 0 })),
    );
  const streams = async () => {
    // The answer is held against its schema in the registry's specs.
    const answer = (await expectAnswer(`${registry.url}/registry`, 200, asOperator())) as RegistryResponse;
    return answer.bounds['MAX_LIVE']?.used;
  };
  const live = (page: Page) => page.locator('.chip.live').waitFor();
  const shows = (page: Page, name: string) => page.locator('a.name', { hasText: name }).waitFor();
  const enter = async (token = READER.token, script?: string): Promise<Page> => {
    if (script !== undefined) await profile.addInitScript(script);
    const { page } = await openTab(profile, `${registry.url}/ui/#t=${token}`);
    await live(page);
    return page;
  };
  const paste = async (page: Page, token: string, options: { readonly remember?: true } = {}) => {
    const field = page.locator('input[type=password]');
    await field.fill(token);
    if (options.remember === true) await page.getByLabel('Remember it').check();
    await field.press('Enter');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    file = join(folder, 'tokens.json');
    port = await freePort();
    await permit(READER, SECOND);
    [browser] = await Promise.all([startBrowser(), start()]);
    await register('first');
  });

  beforeEach(async () => {
    profile = await browser.profile();
  });

  afterEach(async () => {
    await profile.close();
    await eventually(async () => (await streams()) === 0);
  });

  afterAll(async () => {
    await browser?.close();
    await registry?.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['forgets it with the page', {}, []],
    ['keeps it for the tab where that is ticked', { remember: true as const }, [READER.token]],
  ])('given a token %s', async (_what, options, kept) => {
    const { page } = await openTab(profile, `${registry.url}/ui/`);
    await paste(page, READER.token, options);
    await live(page);

    expect(await page.evaluate('Object.values(sessionStorage)')).toEqual(kept);
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toMatch(READER.token);
    expect(await profile.cookies()).toEqual([]);
    expect(page.url()).not.toMatch(READER.token);
    await page.reload();
    await (kept.length === 0 ? page.locator('input[type=password]').waitFor() : live(page));
  });

  it('refuses a token that is not known, and says so', async () => {
    const { page } = await openTab(profile, `${registry.url}/ui/`);
    await paste(page, 'a-token-that-nobody-knows');
    await page.getByRole('alert').waitFor();
    await paste(page, READER.token);
    await live(page);
  });

  it('asks for another token in every tab when one is revoked, and goes on with it where it was', async () => {
    const [one, other] = [await enter(SECOND.token), await enter(SECOND.token)];
    await one.getByRole('link', { name: 'Events', exact: true }).click();
    await permit(READER);
    for (const page of [one, other]) {
      await page.getByRole('alert').getByText('does not know this token').waitFor();
      expect(await page.locator('a.name').count()).toBe(0);
    }

    await paste(one, READER.token);
    await one.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    await live(one);
    // Known again, the same token opens the same stream again, though another tab has not let go of the old one.
    await permit(READER, SECOND);
    await eventually(
      async () =>
        (await fetch(`${registry.url}/whoami`, { headers: { authorization: `Bearer ${SECOND.token}` } }))
          .status === 200,
    );
    await paste(other, SECOND.token);
    await live(other);
  });

  it('says that it is not live while the registry is away, and comes back by itself with what is new', async () => {
    const page = await enter();
    await shows(page, 'first');
    await registry.end('SIGKILL');
    await page.getByText('This is not live.').waitFor();
    await shows(page, 'first');

    await start();
    await register('second');
    await live(page);
    await shows(page, 'second');
  });

  it('holds no stream for a tab that is hidden, and one again when it is looked at', async () => {
    const page = await enter(READER.token, VISIBILITY);
    await eventually(async () => (await streams()) === 1);
    await page.clock.install();
    await page.evaluate("setVisibility('hidden')");
    await page.clock.fastForward(31_000);
    await eventually(async () => (await streams()) === 0);

    await page.evaluate("setVisibility('visible')");
    await eventually(async () => (await streams()) === 1);
  });

  it.each([
    ['has no SharedWorker', 'delete globalThis.SharedWorker'],
    [
      'keeps SharedWorkers from the page',
      'globalThis.SharedWorker = class { constructor() { throw new Error("denied") } }',
    ],
    [
      'cannot load the script of one',
      `globalThis.SharedWorker = class extends EventTarget {
        port = new MessageChannel().port1;
        constructor() {
          super();
          queueMicrotask(() => this.onerror?.(new Event('error')));
        }
      }`,
    ],
  ])('has a stream of its own in a browser that %s', async (_what, script) => {
    const page = await enter(READER.token, script);
    await shows(page, 'first');
    await eventually(async () => (await streams()) === 1);
  });
});

/** What a window behind others says of itself: a browser without a screen has none that is. */
const VISIBILITY = `
  let visibility = 'visible';
  Object.defineProperty(document, 'visibilityState', { get: () => visibility });
  globalThis.setVisibility = (next) => {
    visibility = next;
    document.dispatchEvent(new Event('visibilitychange'));
  };
`;
