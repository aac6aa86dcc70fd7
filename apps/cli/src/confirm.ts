import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';
import type { Session } from './session';

/** The option of every command that asks before it does something. */
export const YES = ['--yes', 'do not ask'] as const;

export interface Confirmable {
  readonly yes?: boolean;
}

/**
 * Has a person confirm what cannot simply be taken back.
 *
 * @param consequence a sentence, in numbers where there are some
 * @throws CliFault when it is not confirmed, or when nobody can be asked
 */
export async function confirm(
  { ask }: Pick<Session, 'ask'>,
  { yes = false }: Confirmable,
  consequence: string,
): Promise<void> {
  if (yes) return;
  if (ask === undefined)
    throw new CliFault(
      EXIT.usage,
      `${consequence}; that has to be confirmed, and there is no terminal to ask at`,
      'add --yes if that is what you want',
    );
  const answer = await ask(`${consequence}. Go on? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFault(EXIT.no, 'not confirmed: nothing was changed');
}
