import { createFakeClock } from '@rollcall/testing';
import { createSingleReplica } from '../adapters/single-replica';
import { createReplicaDrains } from '../replica-drains';
import { createChangeFeed } from '../watch/change-feed';
import { createChangeLog } from '../catalog/changes/change-log';
import {
  ABSENCE_LIMIT_MS,
  createSubscriberAcknowledgements,
  type SubscriberAcknowledgements,
  type SubscriberStream,
} from '../watch/subscriber-acknowledgements';
import { watchListOf } from '../watch/watch-list';
import { awaitAcknowledgements, type AwaitAcknowledgementsDeps } from './await-acknowledgements';

const SERVICE = 'product';
const REVISION = 7;

const streamOf = (subscriber: string, services: readonly string[] | '*' = '*'): SubscriberStream => ({
  subscriber,
  secret: `secret of ${subscriber}`,
  identity: 'reader',
  list: watchListOf(services),
});

function acknowledge(
  acknowledgements: SubscriberAcknowledgements,
  subscriber: string,
  isGoodbye: boolean,
): void {
  const secret = `secret of ${subscriber}`;
  acknowledgements.acknowledge({ subscriber, secret, revision: REVISION, isGoodbye }, 0);
}

/** A drain that waits for two subscribers, and who is said to have acknowledged it once that is over. */
async function waiting() {
  const clock = createFakeClock();
  const acknowledgements = createSubscriberAcknowledgements();
  const stays = streamOf('stays');
  const other = streamOf('other');
  for (const stream of [stays, other]) acknowledgements.opened(stream);
  const deps: AwaitAcknowledgementsDeps = {
    acknowledgements,
    clock,
    feed: createChangeFeed(createChangeLog({ revision: 0, maxEntries: 10, maxBytes: 1000 }), 0),
    drains: createReplicaDrains({
      group: createSingleReplica(),
      store: { status: 'writable' },
      catalog: { named: () => [] },
      clock,
      acknowledgements,
    }),
  };
  // The subscribers of before would have found back by now.
  await clock.advance(ABSENCE_LIMIT_MS);
  const acknowledged: string[] = [];
  const drain = { serviceName: SERVICE, instanceId: 'p-1', revision: REVISION, isPending: () => true };
  const over = awaitAcknowledgements(deps, drain, {
    waitMs: 60_000,
    signal: new AbortController().signal,
    onAcknowledged: (subscriber) => acknowledged.push(subscriber),
  }).then(() => acknowledged);
  return { clock, acknowledgements, other, over };
}

describe('waiting for acknowledgements', () => {
  it('tells of each subscriber that has acknowledged', async () => {
    const { acknowledgements, over } = await waiting();
    for (const subscriber of ['stays', 'other']) acknowledge(acknowledgements, subscriber, false);
    expect(await over).toEqual(['stays', 'other']);
  });

  it('does not take a subscriber that has said goodbye for one that has acknowledged', async () => {
    const { acknowledgements, over } = await waiting();
    acknowledge(acknowledgements, 'other', true);
    acknowledge(acknowledgements, 'stays', false);
    expect(await over).toEqual(['stays']);
  });

  it('nor one that has stayed away for too long', async () => {
    const { clock, acknowledgements, other, over } = await waiting();
    acknowledge(acknowledgements, 'stays', false);
    acknowledgements.closed(other, clock.moment().now);
    await clock.advance(ABSENCE_LIMIT_MS + 1000);
    expect(await over).toEqual(['stays']);
  });

  it('nor one that watches other services by now', async () => {
    const { acknowledgements, other, over } = await waiting();
    acknowledgements.opened(streamOf('other', ['order']));
    acknowledgements.closed(other, 0);
    acknowledge(acknowledgements, 'stays', false);
    expect(await over).toEqual(['stays']);
  });
});
