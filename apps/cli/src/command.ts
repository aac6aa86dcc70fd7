import type { Command } from 'commander';
import type { Session } from './session';

/**
 * Makes the action of a command: reads the settings, does the work, keeps its exit code. `A` are the arguments and the
 * options, as Commander hands them to an action; that they have these types the command's own declarations see to.
 *
 * @param work resolves with the exit code, where it is not 0
 */
export type Act = <A extends readonly unknown[]>(
  work: (session: Session, ...given: A) => Promise<number | void>,
) => (...given: unknown[]) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, act: Act) => void;
