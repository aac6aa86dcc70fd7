import { registerRequestSchema, type RegisterRequest } from '@rollcall/contracts';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import type { Entry } from '../src/catalog/entry';
import { statusOf } from '../src/catalog/instance/standing';
import { applyEvent } from '../src/use-cases/apply-event';
import { endLapsedLeases } from '../src/use-cases/end-lapsed-leases';
import { endOverrides } from '../src/use-cases/end-overrides';
import { register } from '../src/use-cases/register';
import { releaseHeld } from '../src/use-cases/release-held';
import { setOverride } from '../src/use-cases/set-override';
import { startEtcdReplicas, type EtcdReplicas } from './doubles/etcd-replicas';
import { openCatalog, type OpenCatalog } from './samples/open-catalog';
import { registering, sampleChange, sampleRecord } from './samples/sample-change';
import { sampleRegistration } from './samples/sample-registration';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

/** As large as the API takes one: a control character is six bytes of JSON. Sixty of them are more than etcd takes at once. */
const LARGEST = {
  tags: Array.from({ length: 64 }, (_, number) => `${number}`.padStart(40, 't')),
  metadata: Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, '\u0001'.repeat(1023)])),
};
const MANY = 60;

describeWithEtcd('changes of many instances in a real etcd', () => {
  let etcd: EtcdReplicas;
  let open: OpenCatalog;
  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  beforeEach(async () => {
    open = await openCatalog({ store: etcd.place().replica().store });
  });
  afterEach(() => open.store.close());
  afterAll(() => etcd.discard());

  async function registered(count: number, parts: Partial<RegisterRequest> = {}): Promise<void> {
    const service_name = parts.service_name ?? 'product';
    const requests = Array.from({ length: count }, (_, number) => ({
      service_name,
      instance_id: `${service_name}-${number}`,
      url: `http://10.0.0.1:${number + 1}`,
      ...parts,
    }));
    for (const request of requests) expect(registerRequestSchema.validate(request).error).toBeUndefined();
    await Promise.all(requests.map((request) => register(open, request, 'spec')));
  }

  function entriesOf(serviceName: string): readonly Entry[] {
    return Array.from(open.catalog.entriesOf(serviceName));
  }

  function statuses(serviceName: string): readonly string[] {
    return [...new Set(entriesOf(serviceName).map(({ record }) => statusOf(record.standing)))];
  }

  it('are refused by the store where they are too large, with the mend, and the store stays writable', async () => {
    const { store } = open;
    const registration = (id: string) => sampleRegistration({ url: `http://${id}`, ...LARGEST });
    const put = Array.from({ length: MANY }, (_, number) => `i-${number}`).map((id) =>
      sampleRecord(id, { registration: registration(id) }),
    );
    await expect(store.commit(sampleChange({ put }))).rejects.toMatchObject({
      code: 'CHANGE_TOO_LARGE',
      status: 503,
      isLogged: true,
      message: expect.stringContaining('--max-request-bytes') as string,
    });
    expect(store.status).toBe('writable');
    expect((await store.commit(sampleChange({ put: put.slice(0, MANY / 2) }))).kind).toBe('committed');
    expect((await store.commit(registering('small'))).kind).toBe('committed');
  });

  it('end the leases of large instances in as many changes as it takes, and nobody else waits for them', async () => {
    await registered(MANY, LARGEST);
    await registered(1, { service_name: 'order' });
    await registered(1, { service_name: 'mail' });
    const withSession = entriesOf('order')[0];
    if (withSession === undefined) throw new Error('it is listed');
    await applyEvent(open, withSession, { type: 'session_opened' }, 'registry');
    await applyEvent(open, withSession, { type: 'session_lost' }, 'registry');
    await open.clock.advance(30_000);

    const { toProbe, failures } = await endLapsedLeases(open);

    expect([...failures]).toEqual([]);
    expect(open.guard.hold('product')?.held.size).toBe(MANY);
    expect(statuses('product')).toEqual(['suspect']);
    expect(entriesOf('mail')).toEqual([]);
    expect(toProbe).toEqual([withSession]);
    expect(withSession.contact.lapsing).toBe(true);

    const released = await releaseHeld(open, 'product', 'spec');
    expect(released).toHaveLength(MANY);
    expect(entriesOf('product')).toEqual([]);
  });

  it('end more overrides of one service than one change takes', async () => {
    const many = 200;
    await registered(many);
    await registered(1, { service_name: 'order' });
    const request = { status: 'out_of_service', reason: 'a zone is moved', for_ms: 5000 } as const;
    for (const entry of [...entriesOf('product'), ...entriesOf('order')])
      await setOverride(open, entry, request, 'spec');
    expect(statuses('product')).toEqual(['out_of_service']);
    await open.clock.advance(5000);

    const { ended, failures } = await endOverrides(open);

    expect([...failures]).toEqual([]);
    expect(ended).toHaveLength(many + 1);
    expect(new Set(ended.map(({ instanceIds }) => instanceIds.at(-1))).size).toBe(many + 1);
    expect([statuses('product'), statuses('order')]).toEqual([['up'], ['up']]);
    expect(open.catalog.overrides.of('product')).toEqual([]);
    expect((await endOverrides(open)).ended).toEqual([]);
  });

  it('end the overrides of large instances, and those of instances that have gone', async () => {
    await registered(MANY, LARGEST);
    const request = { status: 'out_of_service', reason: 'a zone is moved', for_ms: 5000 } as const;
    for (const entry of entriesOf('product')) await setOverride(open, entry, request, 'spec');
    for (const entry of entriesOf('product').slice(0, 3))
      await applyEvent(open, entry, { type: 'deregistered' }, 'spec');
    await open.clock.advance(5000);

    const { ended, failures } = await endOverrides(open);

    expect([[...failures], ended.length]).toEqual([[], MANY]);
    expect(statuses('product')).toEqual(['up']);
    expect(open.catalog.overrides.of('product')).toEqual([]);
  });
});
