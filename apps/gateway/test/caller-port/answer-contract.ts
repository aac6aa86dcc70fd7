import { eventually } from '@rollcall/testing';
import { gatewayError } from '../../src/errors';
import { createReleases, fieldsOf, pattern, type CallerRig } from './caller-rig';

const ignore = (): void => undefined;
/** The most that is written to a peer that reads nothing. */
const MOST_CHUNKS = 1000;

/** What a caller is answered, as it arrives at the other end. */
export function describeAnswers(rig: () => CallerRig): void {
  const ask: CallerRig['ask'] = (...given) => rig().ask(...given);

  describe('an answer', () => {
    it('arrives with its status, its fields in order, its bytes and its end', async () => {
      const { caller, peer } = await ask();
      const releases = createReleases();
      caller.respond(
        201,
        'Created',
        fieldsOf('Set-Cookie', 'a=1', 'X-Bytes', 'caf\xe9 \xff', 'Set-Cookie', 'b=2'),
      );
      caller.write(Buffer.from('first '), releases.next());
      caller.endWith(Buffer.from('last'), releases.next());
      expect(await caller.whenClosed()).toBe('whole');
      await eventually(() => peer.state === 'whole');
      expect([peer.status, peer.body.toString()]).toEqual([201, 'first last']);
      const own = rig().adapter.ordersNames
        ? ['set-cookie', 'a=1', 'x-bytes', 'caf\xe9 \xff', 'set-cookie', 'b=2']
        : ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-bytes', 'caf\xe9 \xff'];
      expect(peer.fields.slice(0, own.length)).toEqual(own);
      expect([caller.begun, caller.ended, caller.status, caller.gone]).toEqual([true, true, 201, false]);
      expect(releases.given).toEqual([1, 1]);
    });

    it.each([0, 1, 4096, 4097, 1_000_003])('of %d bytes at its end arrives whole', async (length) => {
      const { caller, peer } = await ask();
      const releases = createReleases();
      caller.respond(200, 'OK', fieldsOf('Content-Length', `${length}`));
      caller.endWith(pattern(length), releases.next());
      await eventually(() => peer.state === 'whole' && releases.all);
      expect(peer.body.equals(pattern(length))).toBe(true);
    });

    it('begins to arrive when it is flushed', async () => {
      const { caller, peer } = await ask();
      caller.respond(200, 'OK', fieldsOf('Content-Type', 'text/event-stream'));
      caller.flush();
      await eventually(() => peer.status === 200);
      caller.write(Buffer.from('data: 1\n\n'), ignore);
      await eventually(() => peer.body.toString() === 'data: 1\n\n');
      expect(peer.state).toBe('open');
      caller.end();
      await eventually(() => peer.state === 'whole');
    });

    it('begins to arrive with the first of its body, which need not be flushed', async () => {
      const { caller, peer } = await ask();
      caller.respond(200, 'OK', fieldsOf('Content-Length', '8'));
      caller.write(Buffer.from('now '), ignore);
      await eventually(() => peer.status === 200 && peer.body.toString() === 'now ');
      expect(peer.state).toBe('open');
      caller.endWith(Buffer.from('then'), ignore);
      await eventually(() => peer.state === 'whole');
      expect(peer.body.toString()).toBe('now then');
    });

    it.each([
      ['GET', 204],
      ['GET', 304],
      ['HEAD', 200],
    ])('to %s with %d has no body', async (method, status) => {
      const { caller, peer } = await ask({ method });
      caller.respond(status, '', fieldsOf('ETag', '"1"'));
      caller.end();
      await eventually(() => peer.state === 'whole');
      expect([peer.status, peer.body.length, await caller.whenClosed()]).toEqual([status, 0, 'whole']);
    });

    it('ends with its trailers', async () => {
      const { caller, peer } = await ask();
      caller.respond(200, 'OK', fieldsOf());
      caller.write(Buffer.from('body'), ignore);
      caller.trailers(['x-sum', '1', 'x-bytes', 'caf\xe9']);
      caller.end();
      await eventually(() => peer.state === 'whole');
      expect([peer.body.toString(), peer.trailers]).toEqual(['body', ['x-sum', '1', 'x-bytes', 'caf\xe9']]);
    });

    it('comes after the interim answers, and none of them after it', async () => {
      const { caller, peer } = await ask();
      caller.informational(103, 'Early Hints', fieldsOf('Link', '</a>'));
      caller.informational(103, 'Early Hints', fieldsOf('Link', '</b>'));
      await eventually(() => peer.informational.length === 2);
      caller.respond(200, 'OK', fieldsOf('Content-Length', '4'));
      caller.flush();
      caller.informational(103, 'Early Hints', fieldsOf('Link', '</late>'));
      caller.endWith(Buffer.from('body'), ignore);
      await eventually(() => peer.state === 'whole');
      expect(peer.informational).toEqual([
        { status: 103, fields: ['link', '</a>'] },
        { status: 103, fields: ['link', '</b>'] },
      ]);
      expect([peer.status, peer.body.toString()]).toEqual([200, 'body']);
    });

    it('asks for silence while the peer does not read, and loses nothing', async () => {
      const { caller, peer } = await ask({ reads: false });
      const releases = createReleases();
      const chunk = pattern(65_536);
      let drained = false;
      caller.respond(200, 'OK', fieldsOf());
      while (caller.write(chunk, releases.next()))
        if (releases.given.length >= MOST_CHUNKS) throw new Error('it never asked for silence');
        else await new Promise(setImmediate);
      caller.onDrain(() => (drained = true));
      expect([caller.hasUnsent, drained]).toEqual([true, false]);
      peer.read();
      await eventually(() => drained);
      caller.end();
      await eventually(() => peer.state === 'whole' && releases.all);
      const { length } = releases.given;
      expect(peer.body.equals(Buffer.concat(Array.from({ length }, () => chunk)))).toBe(true);
      expect(caller.hasUnsent).toBe(false);
    });

    it('is followed by the next one on the same connection', async () => {
      const connection = rig().connect();
      for (const text of ['one', 'two', 'three']) {
        const { caller, peer } = await ask({}, connection);
        caller.respond(200, 'OK', fieldsOf('Content-Length', `${text.length}`));
        caller.endWith(Buffer.from(text), ignore);
        await eventually(() => peer.state === 'whole');
        expect(peer.body.toString()).toBe(text);
      }
    });

    it('that may not go out throws, and another one can be given', async () => {
      const { caller, peer } = await ask();
      expect(() => caller.respond(200, 'OK', fieldsOf('X-Split', 'a\r\nX-Evil: 1'))).toThrow();
      expect(caller.begun).toBe(false);
      caller.fail(gatewayError('NO_INSTANCE'));
      await eventually(() => peer.state === 'whole');
      expect([peer.status, peer.fields.includes('x-split')]).toEqual([503, false]);
    });
  });

  describe('an answer of the gateway’s own', () => {
    it('says an error in the protocol’s form, the first one', async () => {
      const { caller, peer } = await ask({ path: '/p/gone' });
      const first = gatewayError('NO_INSTANCE', { headers: { 'Retry-After': '7' } });
      caller.fail(first);
      caller.fail(gatewayError('BODY_TOO_LARGE'));
      await eventually(() => peer.state === 'whole');
      expect([peer.status, caller.status, caller.failure]).toEqual([503, 503, first]);
      expect(JSON.parse(peer.body.toString())).toMatchObject({ code: 'NO_INSTANCE', instance: '/p/gone' });
      const names = peer.fields.filter((_, index) => index % 2 === 0);
      expect(names).toEqual(expect.arrayContaining(['content-type', 'retry-after', 'x-request-id']));
      expect(await caller.whenClosed()).toBe('whole');
    });

    it('may have no body', async () => {
      const { caller, peer } = await ask();
      caller.answer(405, { Allow: 'GET' });
      caller.answer(204, {});
      await eventually(() => peer.state === 'whole');
      expect([peer.status, peer.body.length, peer.fields.slice(0, 2)]).toEqual([405, 0, ['allow', 'GET']]);
    });

    it('is changed by the last edits that were given, and an instance’s answer by none', async () => {
      const own = await ask();
      own.caller.decorate([(fields) => fields.set('X-First', '1')]);
      own.caller.decorate([(fields) => fields.set('X-Last', '1')]);
      own.caller.fail(gatewayError('NO_INSTANCE'));
      await eventually(() => own.peer.state === 'whole');
      expect([own.peer.fields.includes('x-last'), own.peer.fields.includes('x-first')]).toEqual([
        true,
        false,
      ]);

      const relayed = await ask();
      relayed.caller.decorate([(fields) => fields.set('X-Last', '1')]);
      relayed.caller.respond(200, 'OK', fieldsOf('Content-Length', '0'));
      relayed.caller.end();
      await eventually(() => relayed.peer.state === 'whole');
      expect(relayed.peer.fields.includes('x-last')).toBe(false);
    });
  });
}
