import {
  ejectionSchema,
  gatewayQuerySchema,
  instanceIdSchema,
  pathQuerySchema,
  restorationSchema,
  serviceNameSchema,
  type GatewayQuery,
  type GatewayQuestion,
  type GatewaysResponse,
  type GatewayState,
  type KnownGateway,
  type PathQuery,
} from '@rollcall/contracts';
import type { Logger, Reply } from '@rollcall/service-kit';
import Joi from 'joi';
import { epochSeconds } from '../catalog/moment';
import { tooManyQuestions } from '../limit-errors';
import { gatewayAmbiguous, gatewayNotFound, gatewaySilent, questionsNotAnswered } from '../question-errors';
import type { AskableGateway, Asked, QuestionHub } from '../questions/question-hub';
import type { Call, CallDefinition } from './call-route';
import { instancePathSchema } from './instance-target';

export interface GatewayApiOptions {
  readonly questions: QuestionHub;
  readonly logger: Logger;
}

/** Path parameters of `/gateways/:id/upstreams/:instance/…`. */
export const upstreamPathSchema = Joi.object<{ id: string; instance: string }>({
  id: instanceIdSchema.required(),
  instance: instanceIdSchema.required(),
});
export const explanationQuerySchema = pathQuerySchema.append<PathQuery & GatewayQuery>({
  service: serviceNameSchema,
});

/** The calls by which gateways are asked. */
export function gatewayApi({ questions, logger }: GatewayApiOptions): readonly CallDefinition[] {
  return [
    { method: 'GET', path: '/gateways', needs: 'read', answer: listGateways },
    look('routes'),
    look('upstreams'),
    look('config'),
    {
      method: 'GET',
      path: '/gateways/:id/explain',
      needs: 'read',
      answer(call) {
        const { service, ...asked } = call.query(explanationQuerySchema);
        return ask(gatewayNamed(call.params(instancePathSchema).id, service), { kind: 'explain', ...asked });
      },
    },
    {
      method: 'POST',
      path: '/gateways/:id/upstreams/:instance/eject',
      needs: 'admin',
      async answer(call) {
        const { instance } = call.params(upstreamPathSchema);
        const ejection = await call.body(ejectionSchema);
        return act(call, { kind: 'eject', instance, by: call.caller.require('admin'), ...ejection });
      },
    },
    {
      method: 'POST',
      path: '/gateways/:id/upstreams/:instance/restore',
      needs: 'admin',
      async answer(call) {
        const { instance } = call.params(upstreamPathSchema);
        const restoration = await call.body(restorationSchema);
        return act(call, { kind: 'restore', instance, by: call.caller.require('admin'), ...restoration });
      },
    },
  ];

  async function listGateways(): Promise<Reply> {
    const body: GatewaysResponse = { gateways: await Promise.all(questions.gateways().map(describe)) };
    return { status: 200, body };
  }

  async function describe(gateway: AskableGateway): Promise<KnownGateway> {
    const asked = await questions.ask(gateway, { kind: 'state' });
    const isState = asked.kind === 'answered' && asked.status === 200;
    return {
      instance_id: gateway.instanceId,
      service_name: gateway.serviceName,
      actor: gateway.actor,
      answers: gateway.answers,
      connected_since: epochSeconds(gateway.since),
      // What a gateway says of itself: whoever may write its service may say anything of it.
      state: isState ? (asked.body as GatewayState) : null,
      fault: isState ? null : faultOf(gateway, asked),
    };
  }

  /** A question that changes nothing. */
  function look(kind: 'routes' | 'upstreams' | 'config'): CallDefinition {
    return {
      method: 'GET',
      path: `/gateways/:id/${kind}`,
      needs: 'read',
      answer: ({ params, query }) =>
        ask(gatewayNamed(params(instancePathSchema).id, query(gatewayQuerySchema).service), { kind }),
    };
  }

  async function act(
    { params, query, caller }: Call,
    question: Extract<GatewayQuestion, { readonly by: string }>,
  ): Promise<Reply> {
    const gateway = gatewayNamed(params(upstreamPathSchema).id, query(gatewayQuerySchema).service);
    const { instanceId: id, serviceName } = gateway;
    if (gateway.answers !== 'on') throw questionsNotAnswered(id);
    const reply = await ask(gateway, question);
    const { kind, instance, by } = question;
    logger.warn(`gateway ${id} was told to ${kind} ${instance}`, {
      event: 'gateway_told',
      gateway: id,
      service_name: serviceName,
      instance_id: instance,
      ...(question.service_name !== undefined && { instance_service: question.service_name }),
      order: kind,
      actor: by,
      status: reply.status,
      ...('reason' in question && { reason: question.reason }),
    });
    caller.require('admin');
    return reply;
  }

  function gatewayNamed(id: string, service: string | undefined): AskableGateway {
    const named = questions
      .gateways()
      .filter(({ instanceId, serviceName }) => instanceId === id && (service ?? serviceName) === serviceName);
    const [gateway, ...others] = named;
    if (gateway === undefined) throw gatewayNotFound(id);
    if (others.length === 0) return gateway;
    throw gatewayAmbiguous(
      id,
      named.map(({ serviceName }) => serviceName),
    );
  }

  async function ask(gateway: AskableGateway, question: GatewayQuestion): Promise<Reply> {
    const asked = await questions.ask(gateway, question);
    if (asked.kind === 'answered') return { status: asked.status, body: asked.body };
    if (asked.kind === 'too_many') throw tooManyQuestions(faultOf(gateway, asked));
    throw gatewaySilent(faultOf(gateway, asked));
  }
}

function faultOf({ instanceId }: AskableGateway, asked: Asked): string {
  switch (asked.kind) {
    case 'answered':
      return `Gateway ${instanceId} answered ${asked.status}.`;
    case 'silent':
      return `Gateway ${instanceId} did not answer within 1 s.`;
    case 'gone':
      return `The stream of gateway ${instanceId} ended before it answered.`;
    case 'too_many':
      return asked.over === 'full'
        ? 'Too many questions to gateways are open already.'
        : `The fair share of questions to the gateways of this ${asked.over} is open already.`;
  }
}
