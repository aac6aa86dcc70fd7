import { createServer, get, type ClientRequest, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Instance, LoadEdge, LoadReport, RegisterRequest } from '@rollcall/contracts';
import { latencyBucket } from '@rollcall/contracts/latency-buckets';

/** A fleet in one process: instances that answer probes, hold sessions and report load, and do nothing else. */
export interface DemoFleet {
  of(service: string): readonly DemoInstance[];
  /** Sends what they have counted since the last time. */
  report(): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoInstance {
  readonly record: Instance;
  /** Breaks its session off, and answers no probe any more. */
  fallSilent(): void;
}

export interface DemoService {
  readonly name: string;
  readonly instances: number;
  readonly versions?: readonly string[];
  readonly routes?: NonNullable<RegisterRequest['routes']>;
  /** Of its last instance. */
  readonly status?: 'starting';
}

/** Load from each instance of a service to each of another. */
export interface DemoFlow {
  readonly from: string;
  readonly to: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of what is sent to the last instance, 0 to 1. */
  readonly failedOnLast?: number;
  readonly retried?: number;
  readonly route?: string;
}

export interface DemoShop {
  readonly services: readonly DemoService[];
  readonly flows: readonly DemoFlow[];
}

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'];

export async function startDemoFleet(registryUrl: string, { services, flows }: DemoShop): Promise<DemoFleet> {
  const silent = new Set<string>();
  const server = createServer((request, response) => {
    if (!silent.has(request.headers.host ?? '')) response.end('{}');
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sessions = new Map<string, ClientRequest>();
  const instances: DemoInstance[] = [];
  for (const { name, instances: count, versions = ['1.0.0'], routes = [], status = 'up' } of services) {
    for (let index = 0; index < count; index += 1) {
      const number = instances.length + 2;
      // Every address of 127.0.0.0/8 is this machine.
      const host = `127.0.${Math.floor(number / 250)}.${(number % 250) + 1}:${port}`;
      const record = await post<Instance>(`${registryUrl}/register`, {
        instance_id: `${name}-${(number * 7919).toString(16).padStart(4, '0').slice(-4)}`,
        service_name: name,
        url: `http://${host}`,
        zone: ZONES[index % ZONES.length],
        version: versions[Math.floor((index * versions.length) / count)],
        routes,
        status: index === count - 1 ? status : 'up',
        // It sends no heartbeats.
        ttl_seconds: 3600,
      });
      sessions.set(record.instance_id, await openSession(registryUrl, record));
      instances.push({
        record,
        fallSilent() {
          silent.add(host);
          sessions.get(record.instance_id)?.destroy();
        },
      });
    }
  }
  const of = (service: string) => instances.filter(({ record }) => record.service_name === service);
  let seq = 0;
  let reportedAt = Date.now();

  return {
    of,
    async report() {
      seq += 1;
      const windowMs = Math.min(60_000, Date.now() - reportedAt);
      reportedAt = Date.now();
      for (const { record } of instances) {
        const { service_name, instance_id, epoch } = record;
        const edges = flows
          .filter(({ from }) => from === service_name)
          .flatMap((flow) => edgesOf(flow, of(flow.from).length, of(flow.to), windowMs / 1000));
        if (edges.length === 0) continue;
        const reporter = { service_name, instance_id, epoch };
        const report: LoadReport = { reporter, seq, window_ms: windowMs, edges };
        // One that was evicted meanwhile has nothing to report.
        await post(`${registryUrl}/reports`, report).catch(() => undefined);
      }
    },
    async stop() {
      for (const session of sessions.values()) session.destroy();
      await closed(server);
    },
  };
}

function edgesOf(flow: DemoFlow, callers: number, to: readonly DemoInstance[], seconds: number): LoadEdge[] {
  const { p50, p99, route, failedOnLast = 0, retried = 0 } = flow;
  const noise = 0.85 + Math.random() * 0.3;
  const requests = Math.round((flow.perSecond * seconds * noise) / callers / to.length);
  const each = to.map(({ record }, index) => ({
    record,
    requests,
    failed: index === to.length - 1 ? Math.round(requests * failedOnLast) : 0,
  }));
  const counts = (all: number, bad: number) => ({
    requests: all,
    failed: bad,
    retried: Math.round(all * retried),
    in_flight: Math.round((all / Math.max(1, seconds)) * (p50 / 1000)),
    ...(bad > 0 && { outcomes: { s5xx: Math.ceil(bad * 0.7), timed_out: bad - Math.ceil(bad * 0.7) } }),
    buckets: {
      [latencyBucket(p50)]: Math.floor(all * 0.96),
      [latencyBucket(p99)]: all - Math.floor(all * 0.96),
    },
  });
  const sum = (of: 'requests' | 'failed') => each.reduce((total, one) => total + one[of], 0);
  return [
    {
      service_name: flow.to,
      ...(route !== undefined && { route }),
      ...counts(sum('requests'), sum('failed')),
    },
    ...each.map(({ record: { instance_id }, requests: own, failed }) => ({
      service_name: flow.to,
      instance_id,
      ...counts(own, failed),
    })),
  ];
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

function openSession(registryUrl: string, { instance_id, epoch }: Instance): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const url = `${registryUrl}/instances/${instance_id}/session?epoch=${epoch}`;
    const request = get(url, { agent: false }, (response) => {
      response.once('data', () => resolve(request));
      response.on('error', () => undefined).resume();
    });
    request.once('error', reject);
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
