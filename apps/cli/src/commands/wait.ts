import { setTimeout as pause } from 'node:timers/promises';
import type { DiscoverResponse } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { durationOption, formatDuration } from '../duration';
import { EXIT } from '../exit-codes';
import { wholeNumber } from '../registration-options';
import type { Session } from '../session';

interface WaitOptions {
  readonly instances: number;
  readonly version?: string;
  readonly timeout: number;
}

/** One question to the registry waits so long for a change, milliseconds. */
const QUESTION_MS = 10_000;
const ASK_AGAIN_MS = 500;

export const addWait: AddCommand = (program, act) => {
  program
    .command('wait')
    .summary('waits until a service has so many instances that are up')
    .description(
      'Waits until a service has so many instances that are up, for scripts that deploy: it exits with 6 when the time ' +
        'is over before. A registry that does not answer meanwhile is asked again.',
    )
    .argument('<service>')
    .requiredOption('--instances <number>', 'at least so many', wholeNumber)
    .option('--version <version>', 'only those of this version count')
    .addOption(durationOption('--timeout <time>', 'how long to wait', '60s'))
    .action(
      act(async (session, service: string, options: WaitOptions) => {
        const answer = await enough(session, service, options);
        const up = upOnes(answer, options);
        session.out.show({
          data: answer,
          names: up.map(nameOf),
          table: () => [sentence(service, up.length, options)],
        });
        return up.length >= options.instances ? EXIT.ok : EXIT.incomplete;
      }),
    );
};

/** The first answer with enough of them, or the last one before the time is over. */
async function enough(session: Session, service: string, options: WaitOptions): Promise<DiscoverResponse> {
  const { out, signal } = session;
  const deadline = performance.now() + options.timeout;
  let latest: DiscoverResponse | undefined;
  let told: string | undefined;
  for (;;) {
    const leftMs = deadline - performance.now();
    const answer = await discover(session, service, latest?.revision, leftMs).catch((error: unknown) => {
      signal.throwIfAborted();
      const mayComeBack = error instanceof CliFault && error.exitCode === EXIT.away && leftMs > 0;
      if (!mayComeBack) throw error;
      return error;
    });
    const line =
      answer instanceof CliFault
        ? answer.message
        : sentence(service, upOnes(answer, options).length, options);
    if (!(answer instanceof CliFault)) {
      latest = answer;
      if (upOnes(answer, options).length >= options.instances || leftMs <= 0) return answer;
    }
    if (line !== told) out.hint(line);
    told = line;
    if (answer instanceof CliFault) await pause(ASK_AGAIN_MS, undefined, { signal });
  }
}

function discover(
  { registry, signal }: Session,
  service: string,
  index: number | undefined,
  leftMs: number,
): Promise<DiscoverResponse> {
  const waitMs = Math.round(Math.max(0, Math.min(leftMs, QUESTION_MS)));
  return registry.calls.json<DiscoverResponse>(
    {
      method: 'GET',
      path: `/discover/${encodeURIComponent(service)}`,
      query: index === undefined || waitMs === 0 ? {} : { index, wait: `${waitMs}ms` },
      timeoutMs: waitMs + QUESTION_MS,
      signal,
    },
    ['instances', 'revision'],
  );
}

function upOnes({ instances }: DiscoverResponse, { version }: WaitOptions): DiscoverResponse['instances'] {
  // While none is up it answers with the suspect ones.
  return instances.filter((one) => one.status === 'up' && (version === undefined || one.version === version));
}

function sentence(service: string, up: number, { instances, version, timeout }: WaitOptions): string {
  const of = version === undefined ? service : `${service} ${version}`;
  return up >= instances
    ? `${up} instances of ${of} are up`
    : `${up} of ${instances} instances of ${of} are up (waiting ${formatDuration(timeout)} at most)`;
}
