import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  consoleRoutes,
  createHealth,
  createHttpApp,
  createHttpServer,
  createLogger,
  createMetrics,
  type HttpServer,
} from '../src/index';

const SCRIPT = `export const text = '${'a'.repeat(500)}';\n`;
const SECRET = 'a file beside the site';

let folder: string;
let server: HttpServer;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-console-'));
  await mkdir(join(folder, 'console/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), SECRET);
  await writeFile(join(folder, 'console/not-in-the-manifest.txt'), SECRET);
  const files = {
    'index.html': ['text/html; charset=utf-8', '<!doctype html><title>the page</title>', false],
    'assets/main-3F2A.js': ['text/javascript; charset=utf-8', SCRIPT, true],
    'robots.txt': ['text/plain', 'none', false],
  } as const;
  for (const [name, [, text]] of Object.entries(files)) {
    await writeFile(join(folder, 'console', name), text);
    await writeFile(join(folder, 'console', `${name}.br`), brotliCompressSync(text));
    await writeFile(join(folder, 'console', `${name}.gz`), gzipSync(text));
  }
  const manifest = {
    files: Object.entries(files).map(([path, [type, , immutable]]) => ({
      path,
      file: path,
      type,
      immutable,
    })),
  };
  await writeFile(join(folder, 'console/manifest.json'), JSON.stringify(manifest));
  ({ server, port } = await serve(folder));
});
afterAll(async () => {
  await server.stop(0);
  await rm(folder, { recursive: true });
});

const logger = createLogger({ service: 'spec', level: 'warn', pretty: false });
logger.silent = true;

async function serve(from: string, setting: 'on' | 'off' = 'on') {
  const made = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    handler: createHttpApp({
      logger,
      metrics: createMetrics({ service: 'spec', processMetrics: false }),
      health: createHealth(),
      mount: (app) =>
        void app.use(consoleRoutes({ setting, from, source: 'registry', version: '1.2.3', logger })),
    }),
  });
  return { server: made, port: (await made.start()).port };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The path goes out as it is. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET', at = port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port: at, path, method, headers, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(pieces) }),
      );
    });
    req.on('error', reject);
    req.end();
  });
}

const PAGE = { Accept: 'text/html,application/xhtml+xml' };

describe('a file of the console', () => {
  it.each([
    [undefined, undefined],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip;q=0.1', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['BR ; Q=1', 'br'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['br;q=0, *', 'gzip'],
    ['deflate', undefined],
    ['br;q=x', undefined],
    ['', undefined],
  ])('comes in the coding that is taken (%s): %s', async (accepted, coding) => {
    const { status, headers, body } = await get(
      '/ui/assets/main-3F2A.js',
      accepted === undefined ? {} : { 'Accept-Encoding': accepted },
    );
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, coding, 'Accept-Encoding']);
    const text = coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body;
    expect(text.toString()).toBe(SCRIPT);
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  it('has a tag of its content and coding, and is not sent again to who has it', async () => {
    const first = await get('/ui/assets/main-3F2A.js', { 'Accept-Encoding': 'br' });
    const other = await get('/ui/assets/main-3F2A.js');
    const tag = String(first.headers.etag);
    expect(tag).not.toBe(other.headers.etag);
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await get('/ui/assets/main-3F2A.js', { 'Accept-Encoding': 'br', 'If-None-Match': known });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, tag]);
    }
    const changed = await get('/ui/assets/main-3F2A.js', { 'Accept-Encoding': 'br', 'If-None-Match': '"x"' });
    expect(changed.status).toBe(200);
  });

  it('may be kept for ever when its name says its content, and the page never', async () => {
    const kept = async (path: string) => (await get(path, PAGE)).headers['cache-control'];
    expect(await kept('/ui/assets/main-3F2A.js')).toBe('public, max-age=31536000, immutable');
    expect(await kept('/ui/robots.txt')).toBe('no-cache');
    expect(await kept('/ui/')).toBe('no-store');
    expect((await get('/ui/')).headers.etag).toBeUndefined();
  });

  it.each(['/ui', '/ui/', '/ui/assets/main-3F2A.js', '/ui/services/product'])(
    'lets nothing run that does not come from here: %s',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types rollcall",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    },
  );

  it('is told of by a HEAD, without it', async () => {
    const { status, headers, body } = await get('/ui/assets/main-3F2A.js', {}, 'HEAD');
    expect([status, Number(headers['content-length']), body.length]).toEqual([200, SCRIPT.length, 0]);
  });

  it('is only read', async () => {
    expect((await get('/ui/assets/main-3F2A.js', {}, 'POST')).status).toBe(405);
  });
});

describe('a place of the page', () => {
  it.each([
    '/ui',
    '/ui/',
    '/ui/services',
    '/ui/services/product',
    '/ui/events?at=7',
    '/ui/services/caf%C3%A9',
  ])('is the page: %s', async (path) => {
    const { status, body } = await get(path);
    expect([status, body.toString()]).toEqual([200, expect.stringContaining('the page')]);
  });

  it('may have a dot in its name for a browser; a script that has gone does not become a page', async () => {
    expect((await get('/ui/services/product.v2', PAGE)).status).toBe(200);
    expect((await get('/ui/services/product.v2', { Accept: '*/*' })).status).toBe(404);
    expect((await get('/ui/assets/main-OLD.js', PAGE)).status).toBe(404);
    expect((await get('/ui/assets/', PAGE)).status).toBe(404);
  });

  it('is where browsers are led from the root; programs are told that there is nothing', async () => {
    const led = await get('/', PAGE);
    expect([led.status, led.headers.location]).toEqual([302, '/ui/']);
    expect((await get('/')).status).toBe(404);
  });

  it('says who serves it', async () => {
    const { body, headers } = await get('/ui/source.json');
    expect(JSON.parse(body.toString())).toEqual({ source: 'registry', version: '1.2.3' });
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('what is not in the manifest', () => {
  it.each([
    '/ui/..%2fsecret.txt',
    '/ui/..%2Fsecret',
    '/ui/../secret.txt',
    '/ui/%2e%2e/secret',
    '/ui/assets/../../secret',
    '/ui/..%5csecret',
    '/ui/..\\secret',
    '/ui//etc/passwd%2f',
    '/ui/manifest.json',
    '/ui/not-in-the-manifest.txt',
    '/ui/index.html.br',
    '/ui/.',
    '/ui/%zz',
  ])('is not there: %s', async (path) => {
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toContain(SECRET);
  });

  it('is not there by whatever path', async () => {
    const step = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '..%2f',
      '%2f',
      '%5c',
      '\\',
      '',
      'assets',
      'console',
      'secret.txt',
      '%00',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { body } = await get(`/ui/${steps.join('/')}`);
        expect(body.toString()).not.toContain(SECRET);
      }),
    );
  });
});

describe('a console that is not to be there', () => {
  it.each([
    ['not built', 'on' as const, '/nowhere'],
    ['off', 'off' as const, undefined],
  ])('is not: %s', async (_why, setting, from) => {
    const warn = jest.spyOn(logger, 'warn');
    const other = await serve(from ?? folder, setting);
    expect((await get('/ui', PAGE, 'GET', other.port)).status).toBe(404);
    expect((await get('/ui/source.json', PAGE, 'GET', other.port)).status).toBe(404);
    expect((await get('/', PAGE, 'GET', other.port)).status).toBe(404);
    await other.server.stop(0);
    expect(warn.mock.calls.map((said) => JSON.stringify(said).includes('console_not_built'))).toEqual(
      setting === 'on' ? [true] : [],
    );
    warn.mockRestore();
  });
});
