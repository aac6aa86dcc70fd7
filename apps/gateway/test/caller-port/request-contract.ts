import { eventually } from '@rollcall/testing';
import { fieldsOf, pattern, readBody, type CallerRig } from './caller-rig';

/** Longer than what the systems of both ends keep of a body that nobody reads. */
const LONG = 24 * 1024 * 1024;

/** What a caller's request is to whoever serves it, whatever protocol it came by. */
export function describeRequests(rig: () => CallerRig): void {
  const ask: CallerRig['ask'] = (...given) => rig().ask(...given);
  /** Everything of one more exchange has happened: whatever was about to happen before it has happened too. */
  async function anotherExchange(): Promise<void> {
    const { caller, peer } = await ask();
    caller.answer(204, {});
    await eventually(() => peer.state === 'whole');
  }

  describe('the head', () => {
    it('is the method, the target and the fields as they were sent', async () => {
      const { caller } = await ask({
        method: 'PATCH',
        path: '/p/it?x=1&x=2',
        fields: [
          ['X-Two', '1'],
          ['X-Bytes', 'caf\xe9 \xff'],
          ['X-Two', '2'],
        ],
      });
      expect(caller.method).toBe('PATCH');
      expect(caller.target).toMatchObject({ path: '/p/it', query: '?x=1&x=2' });
      const { headers } = caller;
      expect([headers.all('x-two'), headers.get('x-bytes')]).toEqual([['1', '2'], 'caf\xe9 \xff']);
      const names = headers.toRaw().filter((_, index) => index % 2 === 0);
      const own = names.map((name) => name.toLowerCase()).filter((name) => name.startsWith('x-'));
      expect(own).toEqual(['x-two', 'x-bytes', 'x-two']);
    });

    it('comes with the facts of its connection', async () => {
      const { adapter } = rig();
      const { caller } = await ask({ fields: [['X-Request-Id', 'a-request-of-mine']] });
      const { facts } = caller;
      expect([facts.peer, facts.scheme, facts.httpVersion]).toEqual([
        '127.0.0.1',
        adapter.scheme,
        adapter.httpVersion,
      ]);
      expect([facts.requestId, facts.host]).toEqual(['a-request-of-mine', 'shop.example']);
    });

    it('finds a caller to whom nothing was said', async () => {
      const { caller } = await ask();
      expect(caller).toMatchObject({ begun: false, ended: false, gone: false, failure: undefined });
    });
  });

  describe('the body', () => {
    it.each(['GET', 'POST', 'DELETE'])('is null for a %s without one', async (method) => {
      expect((await ask({ method })).caller.body).toBeNull();
    });

    it('is untouched until it is started, and then whole', async () => {
      const { caller, peer } = await ask({ method: 'POST', body: 'open' });
      peer.send('early ');
      await anotherExchange();
      caller.body?.discard();
      expect(caller.body?.taken).toBe(false);
      const reader = readBody();
      caller.body?.start(reader);
      expect(caller.body?.taken).toBe(true);
      peer.send('and late');
      peer.end();
      await eventually(() => reader.calls.length > 0);
      expect([reader.bytes.toString(), reader.calls]).toEqual(['early and late', ['end']]);
    });

    it('is what was sent, byte for byte, at any length', async () => {
      const { caller, peer } = await ask({ method: 'PUT', body: 'open' });
      const sent = pattern(1_000_003);
      const reader = readBody();
      caller.body?.start(reader);
      for (let at = 0; at < sent.length; at += 70_001) peer.send(sent.subarray(at, at + 70_001));
      peer.end();
      await eventually(() => reader.calls.length > 0);
      expect(reader.bytes.equals(sent)).toBe(true);
      expect([reader.calls, reader.trailers]).toEqual([['end'], []]);
    });

    it('ends with its trailers', async () => {
      const { caller, peer } = await ask({ method: 'POST', body: 'open' });
      const reader = readBody();
      caller.body?.start(reader);
      peer.send('body');
      peer.end([
        ['x-sum', '1'],
        ['x-sum', '2'],
      ]);
      await eventually(() => reader.calls.length > 0);
      expect([reader.bytes.toString(), reader.trailers]).toEqual(['body', ['x-sum', '1', 'x-sum', '2']]);
    });

    it('comes no further while it is paused, which holds the peer up, and goes on afterwards', async () => {
      const { caller, peer } = await ask({ method: 'POST', body: 'open' });
      let chunks = 0;
      const reader = readBody(() => {
        chunks += 1;
        if (chunks === 1) caller.body?.pause();
      });
      caller.body?.start(reader);
      peer.send(pattern(LONG));
      peer.end();
      await eventually(() => chunks > 0);
      await anotherExchange();
      expect([chunks, peer.unsent > 0]).toEqual([1, true]);
      caller.body?.resume();
      await eventually(() => reader.calls.length > 0, { timeoutMs: 20_000 });
      expect(reader.bytes.equals(pattern(LONG))).toBe(true);
    });

    it('says nothing more to its reader once it is discarded', async () => {
      const { caller, peer } = await ask({ method: 'POST', body: 'open' });
      const reader = readBody();
      caller.body?.start(reader);
      peer.send('some');
      await eventually(() => reader.bytes.length === 4);
      caller.body?.discard();
      caller.answer(204, {});
      peer.send('more');
      peer.end();
      await eventually(() => peer.state === 'whole');
      await anotherExchange();
      expect([reader.bytes.toString(), reader.calls]).toEqual(['some', []]);
    });

    it('is gone with its caller in the middle, once', async () => {
      const { caller, peer } = await ask({ method: 'POST', body: 'open' });
      const reader = readBody();
      let gone = 0;
      caller.onGone(() => (gone += 1));
      caller.body?.start(reader);
      peer.send('half');
      await eventually(() => reader.bytes.length === 4);
      peer.cancel();
      await eventually(() => reader.calls.length > 0 && gone > 0);
      await anotherExchange();
      expect([reader.calls, gone, caller.gone]).toEqual([['gone'], 1, true]);
    });
  });

  describe('a caller that waits for 100 Continue', () => {
    const waiting = { method: 'POST', body: 'open', fields: [['Expect', '100-continue']] } as const;

    it('is told to go on when its body is started, and not before', async () => {
      const { caller, peer } = await ask(waiting);
      await anotherExchange();
      expect(peer.informational).toEqual([]);
      const reader = readBody();
      caller.body?.start(reader);
      await eventually(() => peer.informational.length > 0);
      expect(peer.informational.map(({ status }) => status)).toEqual([100]);
      peer.send('body');
      peer.end();
      await eventually(() => reader.calls.length > 0);
      expect(reader.bytes.toString()).toBe('body');
    });

    it('is not told so when it is answered first', async () => {
      const { caller, peer } = await ask(waiting);
      caller.answer(403, {});
      await eventually(() => peer.status !== undefined);
      expect([peer.status, peer.informational]).toEqual([403, []]);
    });
  });

  describe('an offer of another protocol', () => {
    it('is nothing where there was none', async () => {
      const { caller } = await ask();
      expect(caller.upgrade).toBeUndefined();
      expect(caller.switchProtocols('Switching Protocols', fieldsOf(), 'echo')).toBeUndefined();
    });

    it('leaves HTTP with the fields of the answer, for bytes in both directions', async () => {
      if (!rig().adapter.switchesProtocols) return;
      const { caller, peer } = await ask({ upgrade: 'echo' });
      expect(caller.upgrade).toBe('echo');
      const switched = caller.switchProtocols('Switching Protocols', fieldsOf('X-Own', '1'), 'echo');
      expect([caller.status, switched?.early.length]).toEqual([101, 0]);
      switched?.stream.on('data', (bytes: Buffer) => switched.stream.write(`echo ${bytes.toString()}`));
      switched?.stream.once('end', () => switched.stream.end());
      switched?.stream.resume();
      const stream = await eventually(() => peer.switched);
      let heard = '';
      stream.on('data', (bytes: Buffer) => (heard += bytes.toString()));
      stream.write('hello');
      await eventually(() => heard === 'echo hello');
      expect([peer.status, peer.fields.includes('x-own')]).toEqual([101, true]);
      stream.destroy();
      expect(await caller.whenClosed()).toBe('switched');
    });
  });
}
