import { answerRequestSchema, MAX_ANSWER_BYTES, questionsQuerySchema } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import Joi from 'joi';
import { registryClosing } from '../errors';
import { questionUnknown } from '../question-errors';
import type { QuestionHub } from '../questions/question-hub';
import type { Call, CallDefinition } from './call-route';
import {
  confirmedTarget,
  instancePathSchema,
  listedEntry,
  listedTarget,
  type TargetDeps,
} from './instance-target';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface QuestionApiOptions extends TargetDeps {
  readonly questions: QuestionHub;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

export const answerPathSchema = Joi.object<{ id: string }>({ id: Joi.string().uuid().required() });

/** The calls of gateways: the stream on which each is asked, and its answers. There are as many streams as instances at most. */
export function questionApi(options: QuestionApiOptions): readonly CallDefinition[] {
  const { questions, closing } = options;
  return [
    { method: 'GET', path: '/instances/:id/questions', needs: 'write', answer: openStream },
    {
      method: 'POST',
      path: '/answers/:id',
      needs: 'write',
      longestBody: MAX_ANSWER_BYTES,
      answer: takeAnswer,
    },
  ];

  /** The gateway is a listed instance, and its bearer may write its service. */
  async function openStream({ params, query, caller, req, res }: Call): Promise<undefined> {
    const { answers, service, epoch } = query(questionsQuerySchema);
    const reference = {
      instance_id: params(instancePathSchema).id,
      ...(service !== undefined && { service_name: service }),
      ...(epoch !== undefined && { epoch }),
    };
    const { resolved, needed, actor } =
      listedTarget(options, reference, caller) ?? (await confirmedTarget(options, reference, caller));
    const entry = listedEntry(resolved);
    if (req.method === 'HEAD') return answerHeadOfStream(res);
    if (closing.aborted) throw registryClosing();
    const sink = openEventStream(res);
    const holder = { ...caller.holder(), service: entry.record.registration.serviceName };
    const close = questions.open({ entry, actor, answers, holder }, sink);
    sink.onClose(caller.whileAllowed(needed, close));
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
}
