import {
  deregisterRequestSchema,
  heartbeatRequestSchema,
  recogniseHeartbeat,
  registerRequestSchema,
} from '@rollcall/contracts';
import type { CallDefinition } from './call-route';
import type { InstanceCalls } from './instance-calls';

export function instanceApi(calls: InstanceCalls): readonly CallDefinition[] {
  return [
    {
      method: 'POST',
      path: '/register',
      needs: 'write',
      answer: async (call) => calls.register(await call.body(registerRequestSchema), call.caller),
    },
    {
      method: 'POST',
      path: '/heartbeat',
      needs: 'write',
      answer: async (call) =>
        calls.heartbeat(await call.body(heartbeatRequestSchema, recogniseHeartbeat), call.caller),
    },
    {
      method: 'POST',
      path: '/deregister',
      needs: 'write',
      answer: async (call) => calls.deregister(await call.body(deregisterRequestSchema), call.caller),
    },
  ];
}
