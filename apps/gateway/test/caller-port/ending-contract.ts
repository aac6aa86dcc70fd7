import { eventually } from '@rollcall/testing';
import { gatewayError } from '../../src/errors';
import type { Caller } from '../../src/ports/caller';
import { createReleases, fieldsOf, pattern, type CallerRig } from './caller-rig';

const ignore = (): void => undefined;

/** How answers end: whole, cut, or because the caller has gone. */
export function describeEndings(rig: () => CallerRig): void {
  const ask: CallerRig['ask'] = (...given) => rig().ask(...given);

  /** Every call that writes. */
  function callEverything(caller: Caller): readonly number[] {
    const releases = createReleases();
    caller.write(Buffer.from('late'), releases.next());
    caller.endWith(Buffer.from('late'), releases.next());
    caller.informational(103, 'Early Hints', fieldsOf());
    caller.flush();
    caller.end();
    caller.fail(gatewayError('NO_INSTANCE'));
    caller.answer(204, {});
    caller.endEarly();
    caller.reset('cut');
    return releases.given;
  }

  it('a caller that goes before its answer is told of, once, and nothing can be written any more', async () => {
    const { caller, peer } = await ask();
    const acted: string[] = [];
    caller.onGone(() => acted.push('first'));
    caller.onGone(() => acted.push('second'));
    peer.cancel();
    expect(await caller.whenClosed()).toBe('gone');
    expect([caller.gone, caller.ended, caller.begun, acted]).toEqual([true, true, false, ['second']]);
    expect(callEverything(caller)).toEqual([1, 1]);
    caller.onGone(() => acted.push('at once'));
    expect(acted).toEqual(['second', 'at once']);
    expect([await caller.whenClosed(), caller.failure]).toEqual(['gone', undefined]);
    expect(caller.switchProtocols('Switching Protocols', fieldsOf(), 'echo')).toBeUndefined();
  });

  it('a caller that goes in the middle of its answer gives back every chunk', async () => {
    const { caller, peer } = await ask({ reads: false });
    const releases = createReleases();
    let gone = 0;
    caller.onGone(() => (gone += 1));
    caller.respond(200, 'OK', fieldsOf());
    for (let turn = 0; turn < 200; turn += 1) caller.write(pattern(65_536), releases.next());
    await eventually(() => peer.status === 200);
    expect(releases.all).toBe(false);
    peer.cancel();
    expect(await caller.whenClosed()).toBe('gone');
    await eventually(() => releases.all);
    expect([gone, caller.gone]).toEqual([1, true]);
  });

  it('an answer that is cut is broken at the other end', async () => {
    const { caller, peer } = await ask();
    caller.respond(200, 'OK', fieldsOf());
    caller.write(Buffer.from('half'), ignore);
    await eventually(() => peer.body.length === 4);
    caller.reset('cut');
    expect(await caller.whenClosed()).toBe('cut');
    await eventually(() => peer.state !== 'open');
    expect([peer.state, peer.body.toString()]).toEqual(['broken', 'half']);
  });

  it('an error after an answer has begun cuts it, and is not the answer', async () => {
    const { caller, peer } = await ask();
    caller.respond(200, 'OK', fieldsOf('Content-Length', '100'));
    caller.write(Buffer.from('half'), ignore);
    caller.fail(gatewayError('NO_INSTANCE'));
    expect([await caller.whenClosed(), caller.failure, caller.status]).toEqual(['cut', undefined, 200]);
    await eventually(() => peer.state === 'broken');
  });

  it('a caller that is given up counts as one that has gone', async () => {
    const { caller, peer } = await ask();
    let gone = 0;
    caller.onGone(() => (gone += 1));
    caller.respond(200, 'OK', fieldsOf());
    caller.write(Buffer.from('half'), ignore);
    caller.reset('gone');
    expect([await caller.whenClosed(), gone, caller.gone]).toEqual(['gone', 1, true]);
    await eventually(() => peer.state === 'broken');
  });

  it('an answer that has ended is whole whatever is called afterwards', async () => {
    const { caller, peer } = await ask();
    caller.respond(200, 'OK', fieldsOf());
    caller.write(Buffer.from('whole'), ignore);
    caller.end();
    expect([caller.ended, callEverything(caller)]).toEqual([true, [1, 1]]);
    expect(await caller.whenClosed()).toBe('whole');
    await eventually(() => peer.state === 'whole');
    expect([peer.status, peer.body.toString(), peer.informational]).toEqual([200, 'whole', []]);
  });

  it('a stream without an end of its own ends whole, and then acts as if its caller had gone', async () => {
    const { caller, peer } = await ask();
    let gone = 0;
    caller.onGone(() => (gone += 1));
    caller.respond(200, 'OK', fieldsOf('Content-Type', 'text/event-stream'));
    caller.write(Buffer.from('data: 1\n\n'), ignore);
    caller.endEarly();
    await eventually(() => peer.state === 'whole' && gone === 1);
    expect([await caller.whenClosed(), caller.gone]).toEqual(['whole', false]);
  });

  it('knows what the other end has acknowledged, or that it cannot be known', async () => {
    const { caller, peer } = await ask({ reads: false });
    caller.respond(200, 'OK', fieldsOf());
    for (let turn = 0; turn < 200; turn += 1) caller.write(pattern(65_536), ignore);
    await eventually(() => peer.status === 200);
    const waiting = await caller.unacknowledged();
    expect(waiting === undefined || waiting > 0).toBe(true);
    peer.read();
    caller.end();
    await eventually(() => peer.state === 'whole');
  });

  it('the end of a request without a body waits for nothing', async () => {
    expect((await ask()).caller.endWaitsForBody).toBe(false);
  });
}
