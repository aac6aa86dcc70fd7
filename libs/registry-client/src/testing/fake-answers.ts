import type { ServerResponse } from 'node:http';
import {
  deregisterRequestSchema,
  heartbeatRequestSchema,
  registerRequestSchema,
  watchQuerySchema,
  type Fault,
  type HeartbeatResponse,
} from '@rollcall/contracts';
import type { ObjectSchema } from 'joi';
import type { FakeCatalog } from './fake-catalog';
import { sendProblem, type FakeProblem } from './fake-problem';
import type { RecordedCall } from './fake-request';
import type { FakeWatchers } from './fake-watchers';

/** What the fake registry answers from. */
export interface FakeScene {
  readonly catalog: FakeCatalog;
  readonly watchers: FakeWatchers;
  readonly heartbeatIntervalSeconds: number;
  readonly warming: boolean;
  readonly warnings: readonly string[];
}

/** Answers one call as the registry would. Bodies are checked by the registry's own schemas. */
export function answerCall(call: RecordedCall, response: ServerResponse, scene: FakeScene): void {
  const route = `${call.method} ${call.path.startsWith('/discover/') ? '/discover/' : call.path}`;
  const answer = ANSWERS[route];
  if (answer !== undefined) answer(call, response, scene);
  else
    sendProblem(response, { status: 404, code: 'NOT_FOUND', detail: `no ${call.method} ${call.path} here` });
}

type Answer = (call: RecordedCall, response: ServerResponse, scene: FakeScene) => void;

const ANSWERS: Readonly<Record<string, Answer>> = {
  'POST /register'(call, response, { catalog }) {
    const request = checked(registerRequestSchema, call.body);
    if ('problem' in request) return sendProblem(response, request.problem);
    const result = catalog.register(request.value);
    if ('code' in result) return sendProblem(response, result);
    sendJson(response, result.created ? 201 : 200, result.instance);
  },

  'POST /heartbeat'(call, response, { catalog, heartbeatIntervalSeconds, warnings }) {
    const request = checked(heartbeatRequestSchema, call.body);
    if ('problem' in request) return sendProblem(response, request.problem);
    const instance = catalog.heartbeat(request.value);
    if ('code' in instance) return sendProblem(response, instance);
    const { instance_id, epoch, ttl_seconds, last_heartbeat } = instance;
    const answer: HeartbeatResponse = {
      instance_id,
      epoch,
      ttl_seconds,
      heartbeat_interval_seconds: heartbeatIntervalSeconds,
      last_heartbeat,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    sendJson(response, 200, answer);
  },

  'POST /deregister'(call, response, { catalog }) {
    const request = checked(deregisterRequestSchema, call.body);
    if ('problem' in request) return sendProblem(response, request.problem);
    catalog.deregister(request.value);
    response.writeHead(204).end();
  },

  'GET /discover/'(call, response, { catalog }) {
    const name = decodeURIComponent(call.path.slice('/discover/'.length));
    const all = catalog.instancesOf(name);
    const up = all.filter((instance) => instance.status === 'up');
    const instances = up.length > 0 ? up : all.filter((instance) => instance.status === 'suspect');
    sendJson(response, 200, {
      service_name: name,
      catalog_id: catalog.id,
      revision: catalog.revision,
      instances: call.query.get('status') === 'any' ? all : instances,
    });
  },

  'GET /services'(_call, response, { catalog }) {
    const services = Object.fromEntries(
      catalog.serviceNames().map((name) => [name, catalog.instancesOf(name)]),
    );
    sendJson(response, 200, { catalog_id: catalog.id, revision: catalog.revision, services });
  },

  'GET /watch'(call, response, { catalog, watchers, warming }) {
    const query = checked(watchQuerySchema, Object.fromEntries(call.query));
    if ('problem' in query) return sendProblem(response, query.problem);
    const lastEventId = call.headers['last-event-id'];
    watchers.open(response, query.value, {
      catalog,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      warming,
    });
  },

  'GET /livez'(_call, response) {
    sendJson(response, 200, { status: 'pass' });
  },
};

function checked<T>(
  schema: ObjectSchema<T>,
  input: unknown,
): { readonly value: T } | { readonly problem: FakeProblem } {
  const { value, error } = schema.validate(input, { abortEarly: false });
  if (error === undefined) return { value };
  const faults: Fault[] = error.details.map(({ path, message }) => ({ path: path.join('.'), message }));
  return {
    problem: { status: 400, code: 'VALIDATION_FAILED', detail: 'the request is not valid', faults },
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
