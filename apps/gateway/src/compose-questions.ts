import type { Announcement } from '@rollcall/registered-service';
import { createQuestionStreams, type QuestionStreams } from '@rollcall/registry-client';
import { asAppError, registryOptions, toProblem, type Logger } from '@rollcall/service-kit';
import type { GatewayConfig } from './config';
import type { DataPath } from './data-path';
import { answerQuestion } from './operations/answer-question';
import { createOperatorOrders } from './operations/operator-orders';
import type { SelfDescription } from './operations/self-description';

export interface QuestionsDeps {
  readonly logger: Logger;
  readonly announcement: Pick<Announcement, 'listing'>;
  readonly dataPath: Pick<DataPath, 'operations'>;
  readonly self: SelfDescription;
}

/** The streams over which registries ask this gateway; `undefined` where they may not. */
export function composeQuestions(
  config: Readonly<GatewayConfig>,
  { logger, announcement, dataPath, self }: QuestionsDeps,
): QuestionStreams | undefined {
  const { ANSWER_QUESTIONS: answers } = config;
  if (answers === 'off') return undefined;
  const { operations } = dataPath;
  const deps = { operations, orders: createOperatorOrders(operations, logger), answers, self };
  return createQuestionStreams({
    ...registryOptions(config),
    serviceName: config.SERVICE_NAME,
    identity: () => announcement.listing(),
    answers,
    async answer(question) {
      try {
        return { status: 200, body: await answerQuestion(deps, question) };
      } catch (thrown) {
        const error = asAppError(thrown);
        if (error.status >= 500)
          logger.error('a question of the registry could not be answered', {
            event: 'question_failed',
            error: thrown,
          });
        return { status: error.status, body: toProblem(error) };
      }
    },
    onEvent(event) {
      if (event.type !== 'refused') return;
      const { registryUrl: registry_url, failure } = event;
      logger.warn(`the registry does not ask this gateway anything: ${failure.message}`, {
        event: 'questions_refused',
        registry_url,
        ...failure,
      });
    },
  });
}
