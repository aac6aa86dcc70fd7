import { createServer, type Server } from 'node:https';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { askSecurely, createPrivateAuthority, type PrivateAuthority } from '@rollcall/testing/certificates';
import { createAuthorityLoop, type AuthorityEvent, type AuthorityLoop } from './authority-loop';

let folder: string;
let file: string;
let one: PrivateAuthority;
let other: PrivateAuthority;
let events: AuthorityEvent[];
let loop: AuthorityLoop;

beforeAll(async () => {
  [one, other] = await Promise.all([createPrivateAuthority('one'), createPrivateAuthority('other')]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-authority-'));
  file = join(folder, 'ca.pem');
  await writeFile(file, one.ca);
  events = [];
});
afterEach(async () => {
  loop?.stop();
  await rm(folder, { recursive: true });
});

/** @param everyMs in which specs that only SIGHUP may hasten would never look */
function follow(everyMs = 10): void {
  loop = createAuthorityLoop({
    file,
    setting: 'UPSTREAM_CA_FILE',
    everyMs,
    settleMs: 10,
    onEvent: (event) => events.push(event),
  });
  loop.start();
}

async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

const never = 3_600_000;
const types = (): string[] => events.map(({ type }) => type);

it.each([
  ['written anew', (text: string) => writeFile(file, text)],
  ['replaced by rename', replace],
])('takes a file that was %s', async (_how, put) => {
  follow();
  expect(loop.current()).toBe(one.ca);
  await put(other.ca);
  await eventually(() => loop.current() === other.ca);
  expect(events).toEqual([{ type: 'loaded' }]);
});

it.each([
  ['no certificate', 'holds no certificate in PEM'],
  [
    '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n',
    'holds a certificate that cannot be read',
  ],
])('keeps the authorities it has when the file holds %j, and tells of it once', async (text, fault) => {
  follow();
  await replace(text);
  await eventually(() => events.length > 0);
  expect(events).toEqual([{ type: 'refused', fault: `UPSTREAM_CA_FILE: ${file} ${fault}` }]);
  expect(loop.current()).toBe(one.ca);
  // What comes next is the next event: nothing has been told twice in between.
  await replace(one.ca);
  await eventually(() => events.length > 1);
  expect(types()).toEqual(['refused', 'loaded']);
});

it('keeps the authorities it has while the file is away', async () => {
  follow();
  await rm(file);
  await eventually(() => events.length > 0);
  expect(events).toEqual([{ type: 'refused', fault: `UPSTREAM_CA_FILE: ${file} cannot be read (ENOENT)` }]);
  expect(loop.current()).toBe(one.ca);
});

it('reads the file at once on SIGHUP, good or bad', async () => {
  follow(never);
  await replace(one.ca + other.ca);
  process.emit('SIGHUP');
  expect(loop.current()).toBe(one.ca + other.ca);
  await replace('');
  process.emit('SIGHUP');
  expect(types()).toEqual(['loaded', 'refused']);
  expect(loop.current()).toBe(one.ca + other.ca);
});

it('does not begin with a file that is of no use', async () => {
  await writeFile(file, 'nonsense');
  expect(() => follow()).toThrow(
    expect.objectContaining({
      code: 'TLS_REFUSED',
      message: `no peer can be verified: UPSTREAM_CA_FILE: ${file} holds no certificate in PEM`,
    }),
  );
});

it('looks no more once it is stopped', async () => {
  const before = process.listenerCount('SIGHUP');
  follow(never);
  loop.stop();
  loop.stop();
  await replace(other.ca);
  expect(process.listenerCount('SIGHUP')).toBe(before);
  expect(loop.current()).toBe(one.ca);
});

describe('a server whose authority is replaced', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is verified by the new one from the next connection on', async () => {
    server = createServer(await other.issue(), (_req, res) => res.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ask = () =>
      askSecurely(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`, { ca: loop.current() });
    follow(never);
    await expect(ask()).rejects.toThrow();
    await replace(other.ca);
    process.emit('SIGHUP');
    expect((await ask()).status).toBe(200);
  });
});
