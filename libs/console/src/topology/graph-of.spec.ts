import type { Instance, TrafficEdge, TrafficResponse } from '@rollcall/contracts';
import { CALLERS, type Graph } from './graph';
import { graphOf } from './graph-of';
import { labelledEdges, MOST_NODES, shownGraph } from './shown-graph';

const AT = 1_795_763_680_000;

const instance = (service_name: string, instance_id: string, more: Partial<Instance> = {}): Instance => ({
  instance_id,
  service_name,
  url: `http://127.0.0.1/${instance_id}`,
  status: 'up',
  version: null,
  zone: null,
  tags: [],
  weight: 100,
  metadata: {},
  routes: [],
  ttl_seconds: 30,
  health_path: '/livez',
  registered_at: 0,
  last_heartbeat: 0,
  epoch: 1,
  revision: 1,
  ...more,
});

const edge = (from: string, service_name: string, more: Partial<TrafficEdge> = {}): TrafficEdge => ({
  from,
  reporter: null,
  service_name,
  instance_id: null,
  route: null,
  requests: 600,
  failed: 0,
  retried: 0,
  in_flight: 1,
  outcomes: {},
  // 1.6 ms or so.
  buckets: { '15': more.requests ?? 600 },
  requests_per_second: 10,
  p50_ms: 1.4,
  p99_ms: 1.4,
  last_at: AT,
  ...more,
});

const traffic = (
  edges: readonly TrafficEdge[],
  reporters: TrafficResponse['reporters'] = [],
): TrafficResponse => ({
  at: AT,
  reports: 'on',
  step_ms: 2000,
  window_ms: 60_000,
  reporters,
  edges,
});

const between = ({ edges }: Graph, from: string, to: string) =>
  edges.find((one) => one.from === from && one.to === to);
const named = ({ nodes }: Graph, id: string) => nodes.find((node) => node.id === id);

const shop = [
  instance('gateway', 'gw-1', { zone: 'a' }),
  instance('order', 'o-1', { zone: 'a', routes: [{ path_prefix: '/orders' }] }),
  instance('product', 'p-1', { zone: 'a', version: '2.4.1', routes: [{ path_prefix: '/products' }] }),
  instance('product', 'p-2', { zone: 'b', version: '2.5.0', routes: [{ path_prefix: '/products' }] }),
];

describe('an edge of services', () => {
  const graph = graphOf({
    mode: 'services',
    instances: shop,
    traffic: traffic([
      edge('gateway', 'product', { route: '/products', requests: 900, failed: 9, buckets: { '15': 900 } }),
      edge('gateway', 'product', { route: '/v1/products', requests: 300, failed: 3, buckets: { '30': 300 } }),
      edge('gateway', 'product', { instance_id: 'p-1', requests: 700, failed: 0 }),
      edge('gateway', 'product', { instance_id: 'p-2', requests: 550, failed: 60, outcomes: { s5xx: 60 } }),
      edge('order', 'product', { requests: 6000, retried: 60 }),
    ]),
  });

  it('is the sum of the calls on all routes, with percentiles of them together; attempts are not added to them', () => {
    const calls = between(graph, 'gateway', 'product');

    expect(calls?.figures).toMatchObject({ perSecond: 20, failed: 0.01, inFlight: 2 });
    expect(calls?.figures.p50).toBeLessThan(2);
    expect(calls?.figures.p99).toBeGreaterThan(10);
    expect(calls?.heat).toBe('failing');
  });

  it('says of each instance what the attempts did, the one that fails first', () => {
    const shares = between(graph, 'gateway', 'product')?.byInstance ?? [];

    expect(
      shares.map(({ instanceId, instance: one, figures }) => [
        instanceId,
        one?.version,
        figures.failed.toFixed(2),
      ]),
    ).toEqual([
      ['p-2', '2.5.0', '0.11'],
      ['p-1', '2.4.1', '0.00'],
    ]);
  });

  it('that is retried is a warning, and no failure', () => {
    expect(between(graph, 'order', 'product')?.heat).toBe('warning');
  });

  it('that gateways know by a route, and that carries nothing, is idle', () => {
    expect(between(graph, 'gateway', 'order')).toMatchObject({
      heat: 'idle',
      figures: { perSecond: 0, p99: null },
    });
  });

  it('leads to the gateways from their callers, who are not registered', () => {
    expect(between(graph, CALLERS, 'gateway')?.figures.perSecond).toBe(20);
    expect(named(graph, CALLERS)?.label).toBe('callers');
  });
});

describe('a node', () => {
  it('is there for a service without traffic, and for one that is called and has no instance', () => {
    const graph = graphOf({
      mode: 'services',
      instances: [instance('mail', 'm-1')],
      traffic: traffic([edge('order', 'invoice')]),
    });

    expect(graph.nodes.map(({ id, heat }) => [id, heat])).toEqual([
      ['invoice', 'failing'],
      ['mail', 'calm'],
      ['order', 'calm'],
    ]);
  });

  it('says how many requests wait for it', () => {
    const reporter = {
      service_name: 'gateway',
      instance_id: 'gw-1',
      at: AT,
      interval_ms: 2000,
      routes_digest: null,
      held: { invoice: 12 },
      ejected: [],
      other: { requests: 0, failed: 0 },
    };
    const graph = graphOf({
      mode: 'services',
      instances: [],
      traffic: traffic([], [reporter, { ...reporter, held: { invoice: 3 } }]),
    });

    expect(named(graph, 'invoice')).toMatchObject({ held: 15, heat: 'failing' });
  });

  it('with an instance that is suspect is a warning, and with none that takes requests a failure', () => {
    const one = (status: Instance['status']) =>
      named(
        graphOf({
          mode: 'services',
          instances: [instance('order', 'o-1', { status })],
          traffic: traffic([edge('gateway', 'order')]),
        }),
        'order',
      )?.heat;

    expect([one('up'), one('suspect'), one('out_of_service')]).toEqual(['calm', 'warning', 'failing']);
  });
});

describe('other modes', () => {
  const attempts = traffic([
    edge('gateway', 'product', { reporter: 'gw-1', instance_id: 'p-1', requests: 60 }),
    edge('gateway', 'product', { reporter: 'gw-1', instance_id: 'p-2', requests: 120 }),
    edge('gateway', 'product', { reporter: 'gw-1', route: '/products', requests: 180 }),
  ]);

  it('instances: from the one that calls to the one that is called', () => {
    const graph = graphOf({ mode: 'instances', instances: shop, traffic: attempts });

    expect(graph.edges.map(({ id, figures }) => [id, figures.perSecond])).toEqual([
      ['gw-1→p-1', 1],
      ['gw-1→p-2', 2],
    ]);
    expect(named(graph, 'p-2')).toMatchObject({ kind: 'instance', service: 'product' });
  });

  it('zones: what stays inside of one, and what crosses', () => {
    const graph = graphOf({ mode: 'zones', instances: shop, traffic: attempts });

    expect(graph.edges.map(({ id, figures }) => [id, figures.perSecond])).toEqual([
      ['a→a', 1],
      ['a→b', 2],
    ]);
    expect(graph.nodes.map(({ id, instances }) => [id, instances.length])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });
});

describe('what is shown', () => {
  const graph = graphOf({
    mode: 'services',
    instances: [...shop, instance('mail', 'm-1')],
    traffic: traffic([edge('gateway', 'product'), edge('order', 'product')]),
  });
  const everything = { focus: undefined, hideIdle: false, text: '' };
  const ids = (shown: Graph) => shown.nodes.map(({ id }) => id.replace('\u0000', ''));

  it('is everything by itself', () => {
    expect(ids(shownGraph(graph, everything))).toEqual(['callers', 'gateway', 'mail', 'order', 'product']);
  });

  it('with a focus is that node and its neighbours', () => {
    const shown = shownGraph(graph, { ...everything, focus: 'order' });

    expect(ids(shown)).toEqual(['gateway', 'order', 'product']);
    expect(shown.edges.map(({ id }) => id)).toEqual(['order→product', 'gateway→order']);
  });

  it('without what is idle has neither the edges nor the nodes', () => {
    const shown = shownGraph(graph, { ...everything, hideIdle: true });

    expect(ids(shown)).toEqual(['callers', 'gateway', 'order', 'product']);
    expect(shown.edges.every(({ heat }) => heat !== 'idle')).toBe(true);
  });

  it('with a text is what matches, and its neighbours', () => {
    expect(ids(shownGraph(graph, { ...everything, text: 'mail' }))).toEqual(['mail']);
    expect(ids(shownGraph(graph, { ...everything, text: 'ord' }))).toEqual(['gateway', 'order', 'product']);
  });

  it('of more services than a picture holds is the busiest ones, and says how many are missing', () => {
    const names = Array.from({ length: MOST_NODES + 50 }, (_, index) => `s-${index}`);
    const many = graphOf({
      mode: 'services',
      instances: names.map((name) => instance(name, name)),
      traffic: traffic([edge('s-10', 's-199')]),
    });

    const shown = shownGraph(many, everything);

    expect(shown.nodes).toHaveLength(MOST_NODES);
    expect(shown.leftOut).toBe(50);
    expect(ids(shown)).toEqual(expect.arrayContaining(['s-10', 's-199']));
  });

  it('has figures on edges that fail, and on the few that carry the most', () => {
    const names = Array.from({ length: 30 }, (_, index) => `s-${index}`);
    const loaded = graphOf({
      mode: 'services',
      instances: [],
      traffic: traffic([
        ...names.map((name) => edge(name, 'product', { requests: 6000 })),
        edge('order', 'payment', { requests: 10, failed: 5 }),
      ]),
    });

    const labelled = labelledEdges(loaded.edges);

    expect(labelled[0]?.id).toBe('order→payment');
    expect(labelled.length).toBeLessThan(10);
  });
});

describe('what was sent step by step', () => {
  const series = new Map([
    ['gateway→product', { requests: [1, 2, 3], failed: [0, 1, 0] }],
    ['order→mail', { requests: [4, 0, 0], failed: [0, 0, 0] }],
  ]);
  const input = { instances: shop, traffic: traffic([edge('gateway', 'product')]), series };

  test('stands for what an answer says of its own, shorter time', () => {
    const graph = graphOf({ ...input, mode: 'services' });

    expect(between(graph, 'gateway', 'product')).toMatchObject({
      requests: 600,
      requestSeries: [1, 2, 3],
      failedSeries: [0, 1, 0],
    });
    expect(named(graph, 'product')?.series).toEqual([1, 2, 3]);
  });

  test('an edge on which nothing is sent at present is there, and idle', () => {
    const graph = graphOf({ ...input, mode: 'services' });

    expect(between(graph, 'order', 'mail')).toMatchObject({
      heat: 'idle',
      requests: 0,
      requestSeries: [4, 0, 0],
    });
  });

  test('it is of services: between instances and zones it says nothing', () => {
    for (const mode of ['instances', 'zones'] as const)
      expect(between(graphOf({ ...input, mode }), 'order', 'mail')).toBeUndefined();
  });
});
