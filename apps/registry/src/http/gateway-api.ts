import {
  answerRequestSchema,
  ejectionSchema,
  instanceIdSchema,
  MAX_ANSWER_BYTES,
  pathQuerySchema,
  questionsQuerySchema,
  type GatewayQuestion,
  type GatewaysResponse,
  type GatewayState,
  type KnownGateway,
} from '@rollcall/contracts';
import type { Logger, Reply } from '@rollcall/service-kit';
import Joi from 'joi';
import type { Catalog } from '../catalog/catalog';
import { epochSeconds } from '../catalog/moment';
import { registryClosing } from '../errors';
import { tooManyQuestions } from '../limit-errors';
import type { CatalogStore } from '../ports/catalog-store';
import { gatewayNotFound, gatewaySilent, questionsNotAnswered, questionUnknown } from '../question-errors';
import type { AskableGateway, Asked, QuestionHub } from '../questions/question-hub';
import type { Call, CallDefinition } from './call-route';
import { confirmedTarget, instancePathSchema, listedEntry, listedTarget } from './instance-target';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface GatewayApiOptions {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly questions: QuestionHub;
  readonly logger: Logger;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Path parameters of `/gateways/:id/upstreams/:instance/…`. */
export const upstreamPathSchema = Joi.object<{ id: string; instance: string }>({
  id: instanceIdSchema.required(),
  instance: instanceIdSchema.required(),
});
export const answerPathSchema = Joi.object<{ id: string }>({ id: Joi.string().uuid().required() });
export const restorationSchema = Joi.object<object>({}).required();

/** The calls by which gateways are asked, and by which they answer. */
export function gatewayApi(options: GatewayApiOptions): readonly CallDefinition[] {
  const { questions, logger, closing } = options;
  return [
    { method: 'GET', path: '/instances/:id/questions', needs: 'write', answer: openQuestions },
    {
      method: 'POST',
      path: '/answers/:id',
      needs: 'write',
      longestBody: MAX_ANSWER_BYTES,
      answer: takeAnswer,
    },
    { method: 'GET', path: '/gateways', needs: 'read', answer: listGateways },
    look('/gateways/:id/routes', () => ({ kind: 'routes' })),
    look('/gateways/:id/upstreams', () => ({ kind: 'upstreams' })),
    look('/gateways/:id/config', () => ({ kind: 'config' })),
    look('/gateways/:id/explain', ({ query }) => ({ kind: 'explain', ...query(pathQuerySchema) })),
    {
      method: 'POST',
      path: '/gateways/:id/upstreams/:instance/eject',
      needs: 'admin',
      async answer(call) {
        const { id, instance } = call.params(upstreamPathSchema);
        const ejection = await call.body(ejectionSchema);
        return act(call, id, { kind: 'eject', instance, by: call.caller.require('admin'), ...ejection });
      },
    },
    {
      method: 'POST',
      path: '/gateways/:id/upstreams/:instance/restore',
      needs: 'admin',
      async answer(call) {
        const { id, instance } = call.params(upstreamPathSchema);
        await call.body(restorationSchema);
        return act(call, id, { kind: 'restore', instance, by: call.caller.require('admin') });
      },
    },
  ];

  /** The gateway is a listed instance, and its bearer may write its service. */
  async function openQuestions(call: Call): Promise<undefined> {
    const { params, query, caller, req, res } = call;
    const reference = { instance_id: params(instancePathSchema).id };
    const { answers } = query(questionsQuerySchema);
    const { resolved, needed, actor } =
      listedTarget(options, reference, caller) ?? (await confirmedTarget(options, reference, caller));
    const { record } = listedEntry(resolved);
    if (req.method === 'HEAD') return answerHeadOfStream(res);
    if (closing.aborted) throw registryClosing();
    const sink = openEventStream(res);
    sink.onClose(caller.whileAllowed(needed, () => sink.end()));
    const { instanceId, registration } = record;
    questions.open({ instanceId, serviceName: registration.serviceName, actor, answers }, sink);
    return undefined;
  }

  /** Nobody but the gateway that was asked has the id of its question; its token has to be one of its service too. */
  async function takeAnswer({ params, body, caller }: Call): Promise<Reply> {
    const { id } = params(answerPathSchema);
    const asked = questions.askedOf(id);
    if (asked === undefined) throw questionUnknown();
    caller.require(`write:${asked.serviceName}`);
    const answer = await body(answerRequestSchema);
    caller.require(`write:${asked.serviceName}`);
    if (!questions.answer(id, answer)) throw questionUnknown();
    return { status: 204 };
  }

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
  function look(path: string, questionOf: (call: Call) => GatewayQuestion): CallDefinition {
    return {
      method: 'GET',
      path,
      needs: 'read',
      answer: (call) => ask(call.params(instancePathSchema).id, questionOf(call)),
    };
  }

  async function act(
    { caller }: Call,
    id: string,
    question: Extract<GatewayQuestion, { readonly by: string }>,
  ): Promise<Reply> {
    const gateway = questions.find(id);
    if (gateway !== undefined && gateway.answers !== 'on') throw questionsNotAnswered(id);
    const reply = await ask(id, question);
    const { kind, instance, by } = question;
    logger.warn(`gateway ${id} was told to ${kind} ${instance}`, {
      event: 'gateway_told',
      gateway: id,
      instance_id: instance,
      order: kind,
      actor: by,
      status: reply.status,
      ...('reason' in question && { reason: question.reason }),
    });
    caller.require('admin');
    return reply;
  }

  async function ask(id: string, question: GatewayQuestion): Promise<Reply> {
    const gateway = questions.find(id);
    if (gateway === undefined) throw gatewayNotFound(id);
    const asked = await questions.ask(gateway, question);
    if (asked.kind === 'answered') return { status: asked.status, body: asked.body };
    if (asked.kind === 'too_many') throw tooManyQuestions();
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
      return `Gateway ${instanceId} closed its stream before it answered.`;
    case 'too_many':
      return 'Too many questions to gateways are open already.';
  }
}
