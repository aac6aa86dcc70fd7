import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';

/** Why a gateway cannot be asked, or its answer not taken. */
export function gatewayNotFound(id: string): AppError {
  return new AppError({
    code: 'GATEWAY_NOT_FOUND',
    status: 404,
    message: `No gateway ${id} can be asked here. One that is listed asks for questions unless its ANSWER_QUESTIONS is off; with several registries it may be connected to another one.`,
  });
}

export function gatewayAmbiguous(id: string, serviceNames: readonly string[]): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceIdAmbiguous,
    status: 409,
    message: `Gateways of several services have the id ${id}: ${serviceNames.join(', ')}. Name the service of the one that is meant in the query, as service=${serviceNames[0]}.`,
  });
}

/**
 * The fault is the gateway's, and its caller is told of it: the registry has nothing to log.
 *
 * @param why a sentence
 */
export function gatewaySilent(why: string): AppError {
  const message = `${why} Ask again.`;
  return new AppError({ code: 'GATEWAY_SILENT', status: 504, message, expose: true, logged: false });
}

export function questionsNotAnswered(id: string): AppError {
  return new AppError({
    code: 'QUESTION_NOT_ANSWERED',
    status: 409,
    message: `Gateway ${id} answers only questions that change nothing. Set ANSWER_QUESTIONS=on there, or use its admin port.`,
  });
}

export function questionUnknown(): AppError {
  return new AppError({
    code: 'QUESTION_UNKNOWN',
    status: 404,
    message: 'No such question is open: whoever asked it has been answered, or does not wait any longer.',
  });
}
