import type { DrainResponse, DrainSubscriber, Instance, ServicesResponse } from '@rollcall/contracts';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { YES, type Confirmable } from '../confirm';
import { parseDuration } from '../duration';
import { EXIT } from '../exit-codes';
import { findInstance, findService } from '../find-instance';
import type { Session } from '../session';
import { confirmTakingOut } from '../take-out';
import { callersOf, followDrain } from '../drain-progress';

interface DrainOptions extends Confirmable {
  readonly service?: string;
  readonly version?: string;
  /** Milliseconds; `true` without a time. */
  readonly wait?: number | true;
}

const USUAL_WAIT_MS = 30_000;

export const addDrain: AddCommand = (program, act) => {
  program
    .command('drain')
    .summary('has the callers of instances let go of them')
    .description(
      'Has the callers of instances let go of them; the instances go on serving. With --wait it tells who has ' +
        'acknowledged as it comes, and exits with 6 when some caller has not in time, whom it names. It asks first ' +
        'when no instance of the service would be left.',
    )
    .argument('[instance...]', 'id, the beginning of one, <service>/<id>, or address')
    .option('--service <name>', 'every instance of this service')
    .option('--version <version>', 'with --service: only those of this version')
    .option('--wait [time]', 'wait until every caller has let go (default: 30s)', parseDuration)
    .option(...YES)
    .action(
      act(async (session, written: readonly string[], options: DrainOptions) => {
        const everything = await session.registry.services();
        const instances = chosen(everything, written, options);
        await confirmTakingOut(session, options, everything, instances);
        const waitMs = options.wait === true ? USUAL_WAIT_MS : (options.wait ?? 0);
        const drains = await Promise.all(instances.map((instance) => followDrain(session, instance, waitMs)));
        show(session, drains);
        const isLate = waitMs > 0 && drains.some(({ complete }) => !complete);
        return isLate ? EXIT.incomplete : EXIT.ok;
      }),
    );
};

function chosen(
  everything: ServicesResponse,
  written: readonly string[],
  { service, version }: DrainOptions,
): readonly Instance[] {
  if ((service === undefined) === (written.length === 0) || (version !== undefined && service === undefined))
    throw new CliFault(
      EXIT.usage,
      'name instances, or a --service',
      'rollcall drain --help has examples of both',
    );
  if (service === undefined) return [...new Set(written.map((one) => findInstance(everything, one)))];
  const found = findService(everything, service).filter(
    (one) => version === undefined || one.version === version,
  );
  if (found.length > 0) return found;
  throw new CliFault(
    EXIT.notFound,
    `${service} has no instance${version === undefined ? '' : ` of version ${version}`}`,
    `rollcall ls ${service} lists its instances`,
  );
}

function show({ out }: Session, drains: readonly DrainResponse[]): void {
  out.show({
    data: { drains },
    names: drains.map(({ instance_id }) => instance_id),
    table: () => ({
      columns: [
        { title: 'INSTANCE' },
        { title: 'DRAINED' },
        { title: 'ACKNOWLEDGED', right: true },
        { title: 'MISSING' },
      ],
      rows: drains.map(({ instance_id, complete, acked, missing, subscribers }) => [
        instance_id,
        complete
          ? { text: 'complete', colour: 'green' as const }
          : { text: 'not yet', colour: 'yellow' as const },
        `${acked.length}/${acked.length + missing.length}`,
        callersOf(subscribers.filter(isMissing)).join(', '),
      ]),
    }),
  });
}

function isMissing({ acked }: DrainSubscriber): boolean {
  return !acked;
}
