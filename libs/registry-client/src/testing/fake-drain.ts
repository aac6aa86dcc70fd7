import { setTimeout as delay } from 'node:timers/promises';
import {
  drainQuerySchema,
  drainRequestSchema,
  type DrainResponse,
  type DrainSubscriber,
} from '@rollcall/contracts';
import { problemAnswer, type FakeAnswer } from './fake-answer';
import type { FakeCatalog } from './fake-catalog';
import { checked } from './fake-input';
import type { RecordedCall } from './fake-request';
import type { FakeSubscribers } from './fake-subscribers';

const PATH = /^\/instances\/([^/]+)\/drain$/;
const LOOK_AGAIN_MS = 5;

/** Makes an instance draining, and answers once every subscriber has acknowledged it or the wait is over. */
export async function answerDrain(
  call: RecordedCall,
  { catalog, subscribers }: { readonly catalog: FakeCatalog; readonly subscribers: FakeSubscribers },
): Promise<FakeAnswer> {
  const query = checked(drainQuerySchema, Object.fromEntries(call.query));
  if ('problem' in query) return problemAnswer(query.problem);
  const request = checked(drainRequestSchema, call.body ?? {});
  if ('problem' in request) return problemAnswer(request.problem);
  const id = decodeURIComponent(PATH.exec(call.path)?.[1] ?? '');
  const instance = catalog.incarnationOf(id, request.value.epoch);
  if ('code' in instance) return problemAnswer(instance);

  if (instance.status !== 'draining') catalog.update(id, { status: 'draining' });
  const { epoch, service_name: serviceName } = instance;
  const revision = catalog.serviceRevision(serviceName);
  const deadline = performance.now() + query.value.wait_ms;
  for (;;) {
    const told = subscribers.tally(serviceName, revision);
    if (told.missing.length === 0 || performance.now() >= deadline) {
      const complete = told.missing.length === 0;
      const described = describe(told);
      const body: DrainResponse = {
        instance_id: id,
        epoch,
        revision,
        ...told,
        complete,
        subscribers: described,
      };
      return { status: 200, body };
    }
    await delay(LOOK_AGAIN_MS, undefined, { ref: false });
  }
}

/** Names are not kept here. */
function describe(told: Pick<DrainResponse, 'acked' | 'missing'>): readonly DrainSubscriber[] {
  const unnamed = { connected: true, instance_id: null, service_name: null, actor: 'anonymous' };
  return [
    ...told.missing.map((subscriber) => ({ subscriber, acked: false, ...unnamed })),
    ...told.acked.map((subscriber) => ({ subscriber, acked: true, ...unnamed })),
  ];
}
