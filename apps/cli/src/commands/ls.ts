import {
  INSTANCE_STATUSES,
  type ExplainResponse,
  type Instance,
  type InstanceStatus,
  type ServicesResponse,
} from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import { Option } from 'commander';
import { age } from '../age';
import { attentionOf } from '../attention';
import type { AddCommand } from '../command';
import { instanceTable } from '../instance-table';
import { findService, noSuchService } from '../find-instance';
import type { Cell } from '../output/table';
import { RATE_COLUMNS, rateCells, serviceRates, type ServiceRate } from '../rates';
import { rollOf, STATUS_MARK } from '../roll';
import type { Session } from '../session';

interface LsOptions {
  readonly status?: InstanceStatus;
  readonly zone?: string;
  readonly version?: string;
  readonly tag?: string;
  readonly query?: string;
}

export const addLs: AddCommand = (program, act) => {
  program
    .command('ls')
    .summary('services, or the instances of one')
    .description('Lists the services, those that need attention first; with the name of one, its instances.')
    .argument('[service]')
    .addOption(new Option('--status <status>', 'only instances of this status').choices(INSTANCE_STATUSES))
    .option('--zone <zone>', 'only instances of this zone')
    .option('--version <version>', 'only instances of this version')
    .option('--tag <tag>', 'only instances with this tag')
    .option('-q, --query <text>', 'only instances with this text in their id, address, tags or metadata')
    .action(
      act(async (session, service: string | undefined, options: LsOptions) =>
        service === undefined ? listServices(session, options) : listInstances(session, service, options),
      ),
    );
};

async function listServices({ registry, out, now }: Session, options: LsOptions): Promise<void> {
  const data = filtered(await registry.services(), options);
  const names = Object.keys(data.services).sort();
  const isForPeople = out.format === 'table' || out.format === 'wide';
  // Only the explanation knows of services without an instance that hold paths, of guards and of warnings.
  const explained = isForPeople ? await registry.explainAll() : [];
  const rates = isForPeople ? serviceRates(await registry.traffic()) : new Map<string, ServiceRate>();
  const shown = explained
    .filter(({ service_name }) => isUnfiltered(options) || names.includes(service_name))
    .map((one) => ({ one, attention: attentionOf(one), instances: data.services[one.service_name] ?? [] }))
    .sort((a, b) => Number(b.attention.length > 0) - Number(a.attention.length > 0));
  out.show({
    data,
    names,
    table: ({ wide }) => ({
      columns: [
        { title: 'SERVICE' },
        { title: 'ROLL' },
        { title: 'UP', right: true },
        { title: 'VERSIONS' },
        ...(wide ? [{ title: 'ZONES' }, { title: 'PATHS' }] : []),
        ...(rates.size > 0 ? RATE_COLUMNS : []),
        { title: 'CHANGED', right: true },
        { title: 'NEEDS ATTENTION' },
      ],
      rows: shown.map(({ one, attention, instances }) => [
        one.service_name,
        rollCell(instances.map(({ status }) => status)),
        `${instances.filter(({ status }) => status === 'up').length}/${instances.length}`,
        distinct(instances.map(({ version }) => version)),
        ...(wide
          ? [
              distinct(instances.map(({ zone }) => zone)),
              distinct(one.claims.map(({ host, path_prefix }) => `${host ?? ''}${path_prefix}`)),
            ]
          : []),
        ...(rates.size > 0 ? rateCells(rates.get(one.service_name)) : []),
        age(lastChange(one), now()),
        { text: attention.join('; '), colour: 'yellow' as const },
      ]),
    }),
  });
  if (isForPeople && shown.length === 0)
    out.hint(
      isUnfiltered(options)
        ? 'no service is registered: rollcall run --service hello --port 9090 -- <a program> registers one'
        : 'no instance is like that',
    );
}

async function listInstances(session: Session, service: string, options: LsOptions): Promise<void> {
  const { registry, out, now } = session;
  const everything = await registry.services();
  const explained = await registry.explain(service);
  const isKnown = explained.instances.length > 0 || explained.claims.length > 0;
  if (!isKnown) throw noSuchService(service, Object.keys(everything.services));
  const all = Object.hasOwn(everything.services, service) ? findService(everything, service) : [];
  const instances = all.filter((instance) => isLike(instance, options));
  out.show({
    data: { ...everything, services: { [service]: instances } },
    names: instances.map(nameOf),
    table: ({ wide }) => instanceTable(instances, explained, { wide, nowMs: now() }),
  });
  if (instances.length === 0)
    out.hint(all.length === 0 ? `${service} has no instance` : 'no instance is like that');
}

function rollCell(statuses: readonly InstanceStatus[]): Cell {
  const worst = (['out_of_service', 'suspect', 'draining', 'up', 'starting'] as const).find((status) =>
    statuses.includes(status),
  );
  return { text: rollOf(statuses), colour: worst === undefined ? 'grey' : STATUS_MARK[worst].colour };
}

/** The wire's answer, without what is not asked for. */
function filtered(answer: ServicesResponse, options: LsOptions): ServicesResponse {
  if (isUnfiltered(options)) return answer;
  const services = Object.entries(answer.services)
    .map(([name, instances]) => [name, instances.filter((one) => isLike(one, options))] as const)
    .filter(([, instances]) => instances.length > 0);
  return { ...answer, services: Object.fromEntries(services) };
}

function isUnfiltered(options: LsOptions): boolean {
  return Object.values(options).every((value) => value === undefined);
}

function isLike(instance: Instance, { status, zone, version, tag, query }: LsOptions): boolean {
  return (
    (status === undefined || instance.status === status) &&
    (zone === undefined || instance.zone === zone) &&
    (version === undefined || instance.version === version) &&
    (tag === undefined || instance.tags.includes(tag)) &&
    (query === undefined || searched(instance).includes(query.toLowerCase()))
  );
}

function searched({ instance_id, service_name, url, tags, metadata }: Instance): string {
  const words = [instance_id, service_name, url, ...tags, ...Object.entries(metadata).flat()];
  return words.join('\n').toLowerCase();
}

function distinct(values: readonly (string | null)[]): string {
  return [...new Set(values.filter((value) => value !== null))].join(',') || '-';
}

function lastChange({ instances }: ExplainResponse): number | null {
  const times = instances.flatMap(({ since }) => since ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
