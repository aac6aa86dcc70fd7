import { createAccessToken } from './access-token';
import type { Connection } from './connection';

/** A member that gives out `t1`, `t2`, … , each when `answer` is called. */
function createMember() {
  const waiting: (() => void)[] = [];
  let given = 0;
  const connection: Connection = {
    endpoint: 'member:2379',
    call: (method) =>
      new Promise((resolve) => {
        waiting.push(() => {
          given += 1;
          // What a member would have put on the wire: field 2, a text.
          const token = Buffer.from(`t${given}`);
          resolve(method.responseDeserialize(Buffer.concat([Buffer.from([0x12, token.length]), token])));
        });
      }),
    stream: () => {
      throw new Error('no stream is needed');
    },
    close: () => undefined,
  };
  return {
    connection,
    get asked() {
      return given + waiting.length;
    },
    answer: () => waiting.splice(0).forEach((answer) => answer()),
  };
}

describe('the token of a client', () => {
  const create = () => createAccessToken({ name: 'registry', password: () => 'secret' });
  /** Lets what has begun get to its call. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('is asked for once, however many calls need it at once', async () => {
    const [member, token] = [createMember(), create()];

    const calls = Promise.all([1, 2, 3].map(() => token.current(member.connection, 1000)));
    await settled();
    member.answer();

    expect(await calls).toEqual(['t1', 't1', 't1']);
    expect(await token.current(member.connection, 1000)).toBe('t1');
    expect(member.asked).toBe(1);
  });

  it('is renewed once, however many calls it was refused to', async () => {
    const [member, token] = [createMember(), create()];
    const first = token.current(member.connection, 1000);
    await settled();
    member.answer();
    const refused = await first;

    token.refused(refused);
    const second = token.current(member.connection, 1000);
    token.refused(refused);
    await settled();
    member.answer();
    await second;
    token.refused(refused);

    expect(await token.current(member.connection, 1000)).toBe('t2');
    expect(member.asked).toBe(2);
  });
});
