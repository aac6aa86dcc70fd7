import { secretDigest } from '@rollcall/service-kit';
import { createFakeClock, type FakeClock } from '@rollcall/testing';
import type { AccessToken } from './access/access-token';
import type { TokenReading, TokenSource } from './ports/token-source';
import { createTokenReloadLoop, type TokenEvent, type TokenReloadLoop } from './token-reload-loop';

const token = (name: string): AccessToken => ({ name, digest: secretDigest(name), scopes: ['read'] });
const good = (name: string): TokenReading => ({ tokens: [token(name)] });
const bad = (fault: string): TokenReading => ({ faults: [fault] });

/** Answers what it holds at the moment it is asked. */
class HeldTokens implements TokenSource {
  reads = 0;
  constructor(public held: TokenReading) {}
  read(): Promise<TokenReading> {
    this.reads += 1;
    return Promise.resolve(this.held);
  }
}

describe('the token reload loop', () => {
  let clock: FakeClock;
  let events: TokenEvent[];
  let loops: TokenReloadLoop[];

  beforeEach(() => {
    clock = createFakeClock();
    events = [];
    loops = [];
  });
  // Each listens for SIGHUP until then.
  afterEach(() => Promise.all(loops.map((loop) => loop.stop())));

  function loopOver(source: TokenSource): TokenReloadLoop {
    const loop = createTokenReloadLoop({
      source,
      clock,
      everyMs: 5000,
      onEvent: (event) => events.push(event),
    });
    loops.push(loop);
    return loop;
  }

  const loaded = (name: string): TokenEvent => ({ event: 'tokens_loaded', names: [name] });
  const refused = (fault: string): TokenEvent => ({ event: 'tokens_refused', faults: [fault] });

  it('has the tokens once it has started', async () => {
    const loop = loopOver(new HeldTokens(good('ci')));
    await loop.start();
    expect(loop.tokens()).toEqual([token('ci')]);
    expect(events).toEqual([loaded('ci')]);
  });

  it('does not start on tokens that cannot be used', async () => {
    const source = new HeldTokens(bad('no such file'));
    await expect(loopOver(source).start()).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'Bad configuration: REGISTRY_TOKENS_FILE no such file',
    });
    expect(events).toEqual([]);
    await clock.advance(60_000);
    expect(source.reads).toBe(1);
  });

  it('takes up new tokens, and lets go of old ones, without a restart', async () => {
    const source = new HeldTokens(good('ci'));
    const loop = loopOver(source);
    await loop.start();
    source.held = good('cd');
    await clock.advance(4999);
    expect(loop.tokens()).toEqual([token('ci')]);
    await clock.advance(1);
    expect(loop.tokens()).toEqual([token('cd')]);
    expect(events).toEqual([loaded('ci'), loaded('cd')]);
  });

  it('reads them at once on SIGHUP', async () => {
    const source = new HeldTokens(good('ci'));
    const loop = loopOver(source);
    await loop.start();
    source.held = good('cd');
    process.emit('SIGHUP');
    await clock.advance(0);
    expect(loop.tokens()).toEqual([token('cd')]);
  });

  it('says nothing when nothing has changed', async () => {
    const loop = loopOver(new HeldTokens(good('ci')));
    await loop.start();
    await clock.advance(60_000);
    expect(events).toEqual([loaded('ci')]);
  });

  it('keeps the tokens it has through bad readings, says each fault once, and says when it is mended', async () => {
    const source = new HeldTokens(good('ci'));
    const loop = loopOver(source);
    await loop.start();
    source.held = bad('line 3: not YAML');
    await clock.advance(20_000);
    source.held = bad('no such file');
    await clock.advance(20_000);
    expect(loop.tokens()).toEqual([token('ci')]);
    source.held = good('ci');
    await clock.advance(20_000);
    expect(events).toEqual([
      loaded('ci'),
      refused('line 3: not YAML'),
      refused('no such file'),
      loaded('ci'),
    ]);
  });

  it('reads no more once it is stopped, which may be twice', async () => {
    const source = new HeldTokens(good('ci'));
    const loop = loopOver(source);
    await loop.start();
    await loop.stop();
    await loop.stop();
    await clock.advance(60_000);
    expect(source.reads).toBe(1);
  });

  it('waits while stopping for a reading that is under way, and starts no other', async () => {
    let answer: (reading: TokenReading) => void = () => undefined;
    const readings = [
      Promise.resolve(good('ci')),
      new Promise<TokenReading>((resolve) => (answer = resolve)),
    ];
    const loop = loopOver({ read: () => readings.shift() ?? Promise.reject(new Error('read again')) });
    await loop.start();
    await clock.advance(5000);
    const stopped = loop.stop();
    answer(good('cd'));
    await stopped;
    await clock.advance(60_000);
    expect(readings).toEqual([]);
  });
});
