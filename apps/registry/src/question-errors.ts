import { AppError } from '@rollcall/service-kit';

/** Why a gateway cannot be asked, or its answer not taken. */
export function gatewayNotFound(id: string): AppError {
  return new AppError({
    code: 'GATEWAY_NOT_FOUND',
    status: 404,
    message: `No gateway ${id} can be asked here. One that is listed asks for questions unless its ANSWER_QUESTIONS is off; with several registries it may be connected to another one.`,
  });
}

/** @param why a sentence */
export function gatewaySilent(why: string): AppError {
  return new AppError({ code: 'GATEWAY_SILENT', status: 504, message: `${why} Ask again.` });
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
