/** What every command ends with, `run` aside, which ends with its program's own code. */
export const EXIT = {
  ok: 0,
  /** A check failed; what was asked for does not hold, or was refused. */
  no: 1,
  /** The command line or the settings cannot be used. */
  usage: 2,
  /** No such service, instance or route. */
  notFound: 3,
  /** The token is missing, not known or lacks the scope; the profile is read-only. */
  notAllowed: 4,
  /** The registry, or the gateway, does not answer, or something else answers in its place. */
  away: 5,
  /** It was begun, and was not complete in time. */
  incomplete: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Signals that end a command, with what shells expect of a program that ended by them. */
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;
