import { setOverride } from '../../use-cases/set-override';
import { openCatalog, type OpenCatalog } from '../../../test/samples/open-catalog';
import { sampleRegistration } from '../../../test/samples/sample-registration';
import { applyEvent } from '../../use-cases/apply-event';
import type { InstanceEvent } from '../instance/instance-event';
import type { Registration } from '../instance/registration';
import { decideRegistration, type Newcomer, type RegistrationDecision } from './registration-decision';

function newcomer(
  parts: Partial<Registration> = {},
  own: { instanceId?: string; status?: 'up' | 'starting' } = {},
): Newcomer {
  return { registration: sampleRegistration(parts), instanceId: own.instanceId, status: own.status };
}

function decide(open: OpenCatalog, who: Newcomer): RegistrationDecision {
  return decideRegistration(open.catalog, who, {
    limitReached: (serviceName) => open.holdings.refusal(serviceName, {}),
    routeBounds: open.routeBounds,
    rights: { kind: 'any' },
    newId: open.newId,
    epochMs: open.clock.moment().epochMs,
    by: 'spec',
  });
}

/** Lists somebody for good. */
async function list(open: OpenCatalog, who: Newcomer): Promise<string> {
  const decision = decide(open, who);
  if (decision.kind !== 'lists') throw new Error(`it ${decision.kind}`);
  await open.store.commit(decision.change);
  return decision.instanceId;
}

async function happens(open: OpenCatalog, instanceId: string, event: InstanceEvent): Promise<void> {
  const entry = open.catalog.named(instanceId)[0];
  if (entry === undefined) throw new Error(`${instanceId} is not listed`);
  await applyEvent(open, entry, event, 'spec');
}

describe('a registration', () => {
  it('of a new address is listed, under the id it brings or one that is made', async () => {
    const open = await openCatalog();
    expect(decide(open, newcomer({}, { instanceId: 'own' }))).toMatchObject({
      kind: 'lists',
      instanceId: 'own',
    });
    expect(decide(open, newcomer())).toMatchObject({
      kind: 'lists',
      instanceId: 'made-0-1',
      change: { remove: [], put: [{ standing: { condition: { status: 'up' } } }] },
    });
  });

  it('that stands already is only a heartbeat', async () => {
    const open = await openCatalog();
    await list(open, newcomer({}, { instanceId: 'a' }));
    expect(decide(open, newcomer({}, { instanceId: 'a' })).kind).toBe('stands');
    expect(decide(open, newcomer({}, { instanceId: 'a', status: 'up' })).kind).toBe('stands');
  });

  it('that stands already is recognised without the id it was given', async () => {
    const open = await openCatalog();
    const made = await list(open, newcomer());
    expect(decide(open, newcomer())).toMatchObject({
      kind: 'stands',
      entry: { record: { instanceId: made } },
    });
  });

  it.each([
    ['other content', newcomer({ weight: 7 }, { instanceId: 'a' }), []],
    ['another id', newcomer({}, { instanceId: 'b' }), ['a']],
    ['other content and no id', newcomer({ version: '2' }), ['a']],
    ['a new start', newcomer({}, { instanceId: 'a', status: 'starting' }), []],
  ])('with %s supersedes what stands at its address', async (_what, who, removed) => {
    const open = await openCatalog();
    await list(open, newcomer({}, { instanceId: 'a' }));
    const decision = decide(open, who);
    expect(decision).toMatchObject({
      kind: 'lists',
      change: { put: [{ epoch: 'begins' }], remove: removed },
    });
    expect(decision.kind === 'lists' && decision.change.notes.map(({ type }) => type)).toEqual([
      'replaced',
      'registered',
    ]);
  });

  it('supersedes both whoever is at its address and its own earlier address', async () => {
    const open = await openCatalog();
    await list(open, newcomer({ url: 'http://one' }, { instanceId: 'a' }));
    await list(open, newcomer({ url: 'http://two' }, { instanceId: 'b' }));
    await list(open, newcomer({ url: 'http://two' }, { instanceId: 'a' }));
    expect(open.catalog.service('product').records).toMatchObject([
      { instanceId: 'a', registration: { url: 'http://two' } },
    ]);
  });

  it('at the address of one that drains begins a life of its own', async () => {
    const open = await openCatalog();
    const first = await list(open, newcomer());
    await happens(open, first, { type: 'drain' });
    expect(decide(open, newcomer())).toMatchObject({ kind: 'lists', change: { remove: [first] } });
  });

  it('may have the id that an instance of another service has', async () => {
    const open = await openCatalog();
    await list(open, newcomer({ serviceName: 'order' }, { instanceId: 'a' }));
    expect(decide(open, newcomer({}, { instanceId: 'a' }))).toMatchObject({
      kind: 'lists',
      instanceId: 'a',
      change: { remove: [] },
    });
  });

  it('does not put back what an operator took out, at the same address or under the same id', async () => {
    const open = await openCatalog();
    const override = { status: 'out_of_service', reason: 'disk is full' } as const;
    await list(open, newcomer({}, { instanceId: 'a' }));
    const [entry] = open.catalog.named('a');
    if (entry === undefined) throw new Error('a is not listed');
    await setOverride(open, entry, override, 'operator');
    for (const who of [
      newcomer({}, { instanceId: 'b' }),
      newcomer({ url: 'http://new' }, { instanceId: 'a' }),
    ])
      expect(decide(open, who)).toMatchObject({ change: { put: [{ standing: { override } }] } });
  });
});

describe('a full catalog', () => {
  it('takes no more instances, but whoever is listed may register anew', async () => {
    const open = await openCatalog({ bounds: { maxInstances: 1, maxServices: 9 } });
    await list(open, newcomer());
    expect(decide(open, newcomer({ url: 'http://new' }))).toEqual({
      kind: 'full',
      of: 'instances',
      bound: 1,
      over: 'full',
    });
    expect(decide(open, newcomer({ weight: 1 })).kind).toBe('lists');
    expect(decide(open, newcomer()).kind).toBe('stands');
  });

  it('takes no more services, but more instances of those it has', async () => {
    const open = await openCatalog({ bounds: { maxInstances: 9, maxServices: 1 } });
    const first = await list(open, newcomer());
    expect(decide(open, newcomer({ serviceName: 'order' }))).toEqual({
      kind: 'full',
      of: 'services',
      bound: 1,
      over: 'full',
    });
    expect(decide(open, newcomer({ url: 'http://new' })).kind).toBe('lists');
    await happens(open, first, { type: 'deregistered' });
    expect(decide(open, newcomer({ serviceName: 'order' })).kind).toBe('lists');
  });
});
