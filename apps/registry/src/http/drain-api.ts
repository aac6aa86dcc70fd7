import { acknowledgeRequestSchema, drainQuerySchema, drainRequestSchema } from '@rollcall/contracts';
import type { CallDefinition } from './call-route';
import type { DrainCalls } from './drain-calls';
import { instancePathSchema } from './instance-path';

export function drainApi(calls: DrainCalls): readonly CallDefinition[] {
  return [
    {
      method: 'POST',
      path: '/instances/:id/drain',
      needs: 'write',
      async answer(call) {
        const { id } = call.params(instancePathSchema);
        const query = call.query(drainQuerySchema);
        const drained = { ...(await call.body(drainRequestSchema)), instance_id: id };
        return calls.drain(drained, query, call);
      },
    },
    {
      method: 'POST',
      path: '/acks',
      // The stream's secret is all it takes.
      needs: 'nothing',
      answer: async (call) => calls.acknowledge(await call.body(acknowledgeRequestSchema), call.caller),
    },
  ];
}
