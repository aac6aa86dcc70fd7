import { eventually } from '@rollcall/testing';
import type { RegistryAnswer, RegistryCalls } from '../registry/registry-calls';
import { createAcknowledgements } from './acknowledgements';

const HEARD: RegistryAnswer = { answered: true, status: 204, body: '', retryAfterMs: undefined };
const AWAY: RegistryAnswer = { answered: false, failure: { code: 'ECONNREFUSED', message: 'refused' } };
const REFUSED: RegistryAnswer = { answered: true, status: 403, body: {}, retryAfterMs: undefined };

/** A registry whose answers are given by hand, one call after the other. */
function recordingCalls(...answers: (RegistryAnswer | Promise<RegistryAnswer>)[]) {
  const said: unknown[] = [];
  const calls: RegistryCalls = {
    post(registryUrl, path, body) {
      said.push({ at: registryUrl + path, ...body });
      return Promise.resolve(answers.shift() ?? HEARD);
    },
    close: () => undefined,
  };
  return { calls, said };
}

function acknowledging(...answers: (RegistryAnswer | Promise<RegistryAnswer>)[]) {
  const { calls, said } = recordingCalls(...answers);
  const acknowledgements = createAcknowledgements({ calls, subscriber: 'me', random: () => 0 });
  acknowledgements.opened({ registryUrl: 'http://one', secret: 's1' });
  return { acknowledgements, said };
}

const word = (revision: number, more: object = {}) => ({
  at: 'http://one/acks',
  subscriber: 'me',
  stream_secret: 's1',
  revision,
  ...more,
});

describe('acknowledgements', () => {
  it('says once what is asked for, to the registry whose stream it is', async () => {
    const { acknowledgements, said } = acknowledging();
    acknowledgements.acknowledge(7);
    await eventually(() => said.length === 1);
    expect(said).toEqual([word(7)]);
  });

  it('says it again until it is heard', async () => {
    const { acknowledgements, said } = acknowledging(AWAY, AWAY, HEARD);
    acknowledgements.acknowledge(7);
    await eventually(() => said.length === 3);
    expect(said).toEqual([word(7), word(7), word(7)]);
  });

  it('lets the latest word stand for those before it, while one is on its way', async () => {
    let answer: (value: RegistryAnswer) => void = () => undefined;
    const { acknowledgements, said } = acknowledging(new Promise((resolve) => (answer = resolve)));
    acknowledgements.acknowledge(7);
    acknowledgements.acknowledge(8);
    acknowledgements.acknowledge(9);
    answer(HEARD);
    await eventually(() => said.length === 2);
    expect(said).toEqual([word(7), word(9)]);
  });

  it('does not insist on what was refused for good', async () => {
    const { acknowledgements, said } = acknowledging(REFUSED);
    acknowledgements.acknowledge(7);
    await eventually(() => said.length === 1);
    acknowledgements.acknowledge(8);
    await eventually(() => said.length === 2);
    expect(said).toEqual([word(7), word(8)]);
  });

  it('says each after what the turn in which it was asked for writes at its end', async () => {
    let answer: (value: RegistryAnswer) => void = () => undefined;
    const { acknowledgements, said } = acknowledging(new Promise((resolve) => (answer = resolve)));
    const writeAtTheEnd = (text: string) => setImmediate(() => said.push(text));

    writeAtTheEnd('for revision 7');
    acknowledgements.acknowledge(7);
    await eventually(() => said.length === 2);
    answer(HEARD);
    writeAtTheEnd('for revision 8');
    acknowledgements.acknowledge(8);
    await eventually(() => said.length === 4);
    writeAtTheEnd('for the goodbye');
    await acknowledgements.goodbye();

    expect(said).toEqual([
      ...['for revision 7', word(7)],
      ...['for revision 8', word(8)],
      ...['for the goodbye', word(0, { goodbye: true })],
    ]);
  });

  it('forgets what an earlier stream asked for: the new one asks for itself', async () => {
    let answer: (value: RegistryAnswer) => void = () => undefined;
    const { acknowledgements, said } = acknowledging(new Promise((resolve) => (answer = resolve)));
    acknowledgements.acknowledge(7);
    acknowledgements.opened({ registryUrl: 'http://two', secret: 's2' });
    answer(AWAY);
    acknowledgements.acknowledge(3);
    await eventually(() => said.length === 2);
    expect(said[1]).toEqual({ ...word(3), at: 'http://two/acks', stream_secret: 's2' });
  });

  it('says goodbye with all that it has applied, and nothing after that', async () => {
    const { acknowledgements, said } = acknowledging();
    acknowledgements.applied(5);
    acknowledgements.applied(4);
    await acknowledgements.goodbye();
    acknowledgements.acknowledge(9);
    expect(said).toEqual([word(5, { goodbye: true })]);
  });
});
