import type { ServerResponse } from 'node:http';
import { watchAdditionsRequestSchema, watchQuerySchema, watchRequestSchema } from '@rollcall/contracts';
import { problemAnswer, type FakeAnswer } from './fake-answer';
import type { FakeCatalog } from './fake-catalog';
import { checked } from './fake-input';
import type { RecordedCall } from './fake-request';
import type { FakeWatchers } from './fake-watchers';

/** The calls that open watch streams, and that add to them. */
export interface FakeWatchCalls {
  /** @returns `undefined` for a call of something else */
  answer(
    call: RecordedCall,
    response: ServerResponse,
    scene: { readonly catalog: FakeCatalog; readonly warming: boolean },
  ): FakeAnswer | 'streaming' | undefined;
}

export function createFakeWatchCalls({
  watchers,
  additions,
}: {
  readonly watchers: FakeWatchers;
  /** `false`: see `FakeRegistryOptions`. */
  readonly additions: boolean;
}): FakeWatchCalls {
  function add(call: RecordedCall): FakeAnswer {
    const request = checked(watchAdditionsRequestSchema, call.body);
    if ('problem' in request) return problemAnswer(request.problem);
    const { subscriber, stream_secret: secret, services } = request.value;
    const problem = watchers.add({ subscriber, secret, services });
    return problem === undefined ? { status: 204 } : problemAnswer(problem);
  }

  return {
    answer(call, response, { catalog, warming }) {
      if (call.method === 'POST' && call.path === '/watch/additions' && additions) return add(call);
      if (call.path !== '/watch') return undefined;
      if (call.method !== 'GET' && !additions)
        return problemAnswer({ status: 405, code: 'METHOD_NOT_ALLOWED', detail: 'GET alone' });
      const request =
        call.method === 'GET'
          ? checked(watchQuerySchema, Object.fromEntries(call.query))
          : checked(watchRequestSchema, call.body);
      if ('problem' in request) return problemAnswer(request.problem);
      if (!additions && request.value.as !== undefined)
        return problemAnswer({ status: 400, code: 'VALIDATION_FAILED', detail: 'as is not allowed' });
      watchers.open(response, request.value, {
        catalog,
        lastEventId: call.headers['last-event-id'],
        warming,
      });
      return 'streaming';
    },
  };
}
