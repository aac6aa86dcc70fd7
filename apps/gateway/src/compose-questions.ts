import { createQuestionStreams, type QuestionStreams } from '@rollcall/registry-client';
import { asAppError, packageVersion, toProblem, type Logger } from '@rollcall/service-kit';
import { gatewayConfig, type GatewayConfig } from './config';
import type { DataPath } from './data-path';
import { answerQuestion } from './operations/answer-question';
import type { RoutesStatus } from './routes-file/routes-status';

export interface QuestionsDeps {
  readonly logger: Logger;
  readonly instanceId: string;
  readonly dataPath: Pick<DataPath, 'operations' | 'health'>;
  readonly routesStatus: () => RoutesStatus | undefined;
}

/** The streams over which registries ask this gateway; `undefined` where they may not. */
export function composeQuestions(
  config: Readonly<GatewayConfig>,
  { logger, instanceId, dataPath, routesStatus }: QuestionsDeps,
): QuestionStreams | undefined {
  const { ANSWER_QUESTIONS: answers, REGISTRY_URL, REGISTRY_TOKEN, REGISTRY_CA_FILE } = config;
  if (answers === 'off') return undefined;
  const { operations, health } = dataPath;
  const deps = {
    operations,
    answers,
    version: packageVersion(__dirname),
    logger,
    config: () => ({ ...gatewayConfig.describe(config), routes_file: routesStatus() ?? null }),
    async isSynced() {
      const { checks } = await health.readiness();
      return checks.every(({ name, ok }) => ok || !OF_THE_REGISTRY.has(name));
    },
  };
  return createQuestionStreams({
    registryUrls: REGISTRY_URL,
    ...(REGISTRY_TOKEN === undefined ? {} : { token: REGISTRY_TOKEN }),
    ...(REGISTRY_CA_FILE === undefined ? {} : { caFile: REGISTRY_CA_FILE }),
    instanceId,
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

/** Checks that fail until everything has been heard from a registry: of this process, or of its workers. */
const OF_THE_REGISTRY: ReadonlySet<string> = new Set(['registry', 'workers']);
