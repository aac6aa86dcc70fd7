import { askedQuestionSchema, type AskedQuestion, type UpstreamView } from '@rollcall/contracts';
import { AppError, validate } from '@rollcall/service-kit';
import type { Operations } from './operations';
import type { OperatorOrders } from './operator-orders';
import type { SelfDescription } from './self-description';

export interface AnswerQuestionDeps {
  readonly operations: Pick<Operations, 'routes' | 'upstreams' | 'explain'>;
  readonly orders: OperatorOrders;
  /** `ANSWER_QUESTIONS`: `read`, those that change nothing. */
  readonly answers: 'read' | 'on';
  readonly self: SelfDescription;
}

/**
 * Answers a question that came over the network, as the admin port would.
 *
 * @throws AppError 400: it is none; 404 `UPSTREAM_NOT_FOUND`; 409 `INSTANCE_ID_AMBIGUOUS`, or
 * `QUESTION_NOT_ANSWERED`: it would change something
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
  { orders, answers }: Pick<AnswerQuestionDeps, 'orders' | 'answers'>,
  question: Extract<AskedQuestion, { readonly by: string }>,
): Promise<UpstreamView> {
  if (answers !== 'on')
    throw new AppError({
      code: 'QUESTION_NOT_ANSWERED',
      status: 409,
      message:
        'This gateway answers only questions that change nothing. Set ANSWER_QUESTIONS=on, or use its admin port.',
    });
  const actor = { actor: 'the registry', by: question.by };
  const { service_name: serviceName, instance } = question;
  const target = serviceName === undefined ? {} : { service_name: serviceName };
  if (question.kind === 'restore') return orders.restore(instance, target, actor);
  const { reason, for_ms: forMs } = question;
  return orders.eject(instance, { ...target, reason, ...(forMs !== undefined && { for_ms: forMs }) }, actor);
}
