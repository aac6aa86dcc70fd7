import { createHash } from 'node:crypto';
import {
  askedQuestionSchema,
  type AskedQuestion,
  type GatewayState,
  type RoutesView,
  type UpstreamView,
} from '@rollcall/contracts';
import { AppError, validate, type Logger } from '@rollcall/service-kit';
import type { Operations } from './operations';

export interface AnswerQuestionDeps {
  readonly operations: Operations;
  /** `ANSWER_QUESTIONS`: `read`, those that change nothing. */
  readonly answers: 'read' | 'on';
  readonly version: string;
  readonly isSynced: () => Promise<boolean>;
  /** As at `GET /config` of the admin port: the effective settings, secrets masked. */
  readonly config: () => object;
  readonly logger: Logger;
}

/**
 * Answers a question that came over the network, as the admin port would.
 *
 * @throws AppError 400: it is none; 404 `UPSTREAM_NOT_FOUND`; 409 `QUESTION_NOT_ANSWERED`: it would change something
 */
export async function answerQuestion(deps: AnswerQuestionDeps, asked: unknown): Promise<object> {
  const question = validate(askedQuestionSchema, asked, 'body');
  const { operations } = deps;
  switch (question.kind) {
    case 'state':
      return stateOf(deps);
    case 'routes':
      return operations.routes();
    case 'upstreams':
      return { upstreams: await operations.upstreams() };
    case 'config':
      return deps.config();
    case 'explain': {
      const { path, method, host, canary } = question;
      return operations.explain({ path, method, host, ...(canary !== undefined && { canary }) });
    }
    case 'eject':
    case 'restore':
      return act(deps, question);
  }
}

async function stateOf({ operations, version, isSynced }: AnswerQuestionDeps): Promise<GatewayState> {
  const [routes, upstreams, synced] = await Promise.all([
    operations.routes(),
    operations.upstreams(),
    isSynced(),
  ]);
  return {
    version,
    node: process.version,
    synced,
    routes_digest: digestOf(routes),
    routes: routes.routes.length,
    refused_routes: routes.refused.length,
    upstreams: upstreams.length,
    in_flight: upstreams.reduce((sum, { in_flight }) => sum + in_flight, 0),
    ejected: upstreams.filter(
      ({ ejection, ejected_by_hand }) => ejection !== null || ejected_by_hand !== null,
    ),
  };
}

/** Of what the routes say, in whatever order; how many instances a route has just now is no part of that. */
function digestOf({ routes }: RoutesView): string {
  const texts = routes.map(({ instances: _count, ...route }) => JSON.stringify(route)).sort();
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
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
