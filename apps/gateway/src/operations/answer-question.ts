import { askedQuestionSchema, type AskedQuestion, type UpstreamView } from '@rollcall/contracts';
import { AppError, validate, type Logger } from '@rollcall/service-kit';
import type { Operations } from './operations';
import type { SelfDescription } from './self-description';

export interface AnswerQuestionDeps {
  readonly operations: Operations;
  /** `ANSWER_QUESTIONS`: `read`, those that change nothing. */
  readonly answers: 'read' | 'on';
  readonly self: SelfDescription;
  readonly logger: Logger;
}

/**
 * Answers a question that came over the network, as the admin port would.
 *
 * @throws AppError 400: it is none; 404 `UPSTREAM_NOT_FOUND`; 409 `QUESTION_NOT_ANSWERED`: it would change something
 */
export async function answerQuestion(deps: AnswerQuestionDeps, asked: unknown): Promise<object> {
  const question = validate(askedQuestionSchema, asked, 'body');
  const { operations, self } = deps;
  switch (question.kind) {
    case 'state':
      return self.state();
    case 'routes':
      return operations.routes();
    case 'upstreams':
      return { upstreams: await operations.upstreams() };
    case 'config':
      return self.config();
    case 'explain': {
      const { path, method, host, canary } = question;
      return operations.explain({ path, method, host, ...(canary !== undefined && { canary }) });
    }
    case 'eject':
    case 'restore':
      return act(deps, question);
  }
}

async function act(
  { operations, answers, logger }: AnswerQuestionDeps,
  question: Extract<AskedQuestion, { readonly by: string }>,
): Promise<UpstreamView> {
  if (answers !== 'on')
    throw new AppError({
      code: 'QUESTION_NOT_ANSWERED',
      status: 409,
      message:
        'This gateway answers only questions that change nothing. Set ANSWER_QUESTIONS=on, or use its admin port.',
    });
  const { kind, instance, by } = question;
  const ejection = kind === 'eject' ? { reason: question.reason, ...lasting(question) } : undefined;
  const upstream = await (ejection === undefined
    ? operations.restore(instance)
    : operations.eject(instance, ejection));
  if (upstream === undefined)
    throw new AppError({ code: 'UPSTREAM_NOT_FOUND', status: 404, message: 'No such instance is listed.' });
  const { service, url, instance_id } = upstream;
  const told = { instance_id, by, actor: 'the registry', ...ejection };
  if (ejection === undefined)
    logger.warn(`${service} at ${url} gets requests again`, { event: 'upstream_restored_by_hand', ...told });
  else
    logger.warn(`${service} at ${url} gets no more requests`, { event: 'upstream_ejected_by_hand', ...told });
  return upstream;
}

function lasting({ for_ms: forMs }: { readonly for_ms?: number }): { readonly for_ms?: number } {
  return forMs === undefined ? {} : { for_ms: forMs };
}
