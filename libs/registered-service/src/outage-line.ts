import type { EventLine } from './log-client-event';

/** The time between two warnings about one outage, milliseconds; the attempts in between are logged at debug level. */
const QUIET_MS = 60_000;

/** The line of a try that found no registry: loud for the first of an outage, and then once a minute. */
export function createOutageLine(what: string): (now: number, why: string) => EventLine {
  let loudAt: number | undefined;
  return (now, why) => {
    const message = `${what}: ${why}`;
    if (loudAt !== undefined && now < loudAt + QUIET_MS) return { level: 'debug', message };
    loudAt = now;
    return { level: 'warn', message };
  };
}
