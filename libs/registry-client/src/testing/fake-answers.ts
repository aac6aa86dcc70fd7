import {
  acknowledgeRequestSchema,
  deregisterRequestSchema,
  heartbeatRequestSchema,
  loadReportSchema,
  registerRequestSchema,
  type HeartbeatResponse,
  type Instance,
  type LoadReportResponse,
} from '@rollcall/contracts';
import { problemAnswer, type FakeAnswer } from './fake-answer';
import type { FakeCatalog } from './fake-catalog';
import { checked } from './fake-input';
import type { RecordedCall } from './fake-request';
import type { FakeSubscribers } from './fake-subscribers';

/** What the fake registry answers from. */
export interface FakeScene {
  readonly catalog: FakeCatalog;
  readonly subscribers: FakeSubscribers;
  readonly heartbeatIntervalSeconds: number;
  readonly warnings: readonly string[];
  /** `undefined`: a registry that knows no reports. */
  readonly reportIntervalMs: number | undefined;
}

/** Carries out one call as the registry would, and says what it answers. */
export function answerCall(call: RecordedCall, scene: FakeScene): FakeAnswer {
  const route = `${call.method} ${call.path.startsWith('/discover/') ? '/discover/' : call.path}`;
  const answer = ANSWERS[route];
  return (
    answer?.(call, scene) ??
    problemAnswer({ status: 404, code: 'NOT_FOUND', detail: `no ${call.method} ${call.path} here` })
  );
}

const ANSWERS: Readonly<Record<string, (call: RecordedCall, scene: FakeScene) => FakeAnswer>> = {
  'POST /register'(call, { catalog }) {
    const request = checked(registerRequestSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    const result = catalog.register(request.value);
    if ('code' in result) return problemAnswer(result);
    const warnings = refusalsOf(result.instance);
    const body = warnings.length > 0 ? { ...result.instance, warnings } : result.instance;
    return { status: result.created ? 201 : 200, body };
  },

  'POST /heartbeat'(call, { catalog, heartbeatIntervalSeconds, warnings: given }) {
    const request = checked(heartbeatRequestSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    const instance = catalog.heartbeat(request.value);
    if ('code' in instance) return problemAnswer(instance);
    const { instance_id, epoch, ttl_seconds, last_heartbeat } = instance;
    const warnings = [...given, ...refusalsOf(instance)];
    const body: HeartbeatResponse = {
      instance_id,
      epoch,
      ttl_seconds,
      heartbeat_interval_seconds: heartbeatIntervalSeconds,
      last_heartbeat,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    return { status: 200, body };
  },

  'POST /deregister'(call, { catalog }) {
    const request = checked(deregisterRequestSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    catalog.deregister(request.value);
    return { status: 204 };
  },

  'POST /reports'(call, { catalog, reportIntervalMs }) {
    if (reportIntervalMs === undefined)
      return problemAnswer({ status: 404, code: 'NOT_FOUND', detail: 'no POST /reports here' });
    const request = checked(loadReportSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    const { service_name: serviceName, instance_id: instanceId, epoch } = request.value.reporter;
    const listed = catalog.instancesOf(serviceName).find(({ instance_id }) => instance_id === instanceId);
    if (listed?.epoch !== epoch)
      return problemAnswer({ status: 404, code: 'INSTANCE_NOT_FOUND', detail: 'register first' });
    const body: LoadReportResponse = { interval_ms: reportIntervalMs };
    return { status: 200, body };
  },

  'POST /acks'(call, { subscribers }) {
    const request = checked(acknowledgeRequestSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    const problem = subscribers.acknowledge(request.value);
    return problem === undefined ? { status: 204 } : problemAnswer(problem);
  },

  'GET /discover/'(call, { catalog }) {
    const name = decodeURIComponent(call.path.slice('/discover/'.length));
    const all = catalog.instancesOf(name);
    const up = all.filter((instance) => instance.status === 'up');
    const instances = up.length > 0 ? up : all.filter((instance) => instance.status === 'suspect');
    return {
      status: 200,
      body: {
        service_name: name,
        catalog_id: catalog.id,
        revision: catalog.revision,
        instances: call.query.get('status') === 'any' ? all : instances,
      },
    };
  },

  'GET /services'(_call, { catalog }) {
    const services = Object.fromEntries(
      catalog
        .serviceNames()
        .map((name) => [name, catalog.instancesOf(name)] as const)
        .filter(([, instances]) => instances.length > 0),
    );
    return { status: 200, body: { catalog_id: catalog.id, revision: catalog.revision, services } };
  },

  'GET /livez': () => ({ status: 200, body: { status: 'pass' } }),
};

function refusalsOf({ refused_routes: refused = [] }: Instance): readonly string[] {
  return refused.map(
    ({ path_prefix: prefix, host = '', reason }) => `The route ${host}${prefix} is refused. ${reason}`,
  );
}
