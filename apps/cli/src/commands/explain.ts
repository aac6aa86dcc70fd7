import type { ExplainResponse, PathExplanation } from '@rollcall/contracts';
import { age } from '../age';
import { clock } from '../attention';
import { CliFault } from '../cli-fault';
import type { AddCommand } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { findInstance, noSuchService } from '../find-instance';
import { STATUS_MARK } from '../roll';
import type { Session } from '../session';

interface ExplainOptions {
  readonly host?: string;
  readonly canary?: string;
  readonly fail?: boolean;
}

export const addExplain: AddCommand = (program, act) => {
  program
    .command('explain')
    .summary('why something does or does not get traffic')
    .description(
      'Tells why the instances of a service, or one instance, get traffic or none; with a path, what the gateway does with such a request: rollcall explain POST /orders.',
    )
    .argument('<service|instance|method|/path>')
    .argument('[/path]', 'behind a method')
    .option('--host <host>', 'host that the request asks for')
    .option('--canary <value>', "what the request says in the field of the route's canary")
    .option('--fail', 'end with 1 when the answer is that there is no traffic')
    .action(
      act(async (session, first: string, second: string | undefined, options: ExplainOptions) => {
        const request = requestOf(first, second);
        const gets =
          request === undefined
            ? await explainListed(session, first)
            : await explainRequest(session, request, options);
        const code: ExitCode = gets || options.fail !== true ? EXIT.ok : EXIT.no;
        return code;
      }),
    );
};

interface Asked {
  readonly method: string;
  readonly path: string;
}

function requestOf(first: string, second: string | undefined): Asked | undefined {
  if (second === undefined) return first.startsWith('/') ? { method: 'GET', path: first } : undefined;
  if (second.startsWith('/')) return { method: first.toUpperCase(), path: second };
  throw new CliFault(EXIT.usage, `${second} is not a path`, 'write it as it comes behind the host: /orders');
}

/** @returns whether it gets traffic */
async function explainListed({ registry, out, now }: Session, written: string): Promise<boolean> {
  const whole = await registry.explain(written).catch((error: unknown) => {
    // What is no name of a service may be an address, or <service>/<id>.
    if (error instanceof CliFault && error.exitCode === EXIT.usage) return undefined;
    throw error;
  });
  const isService =
    whole !== undefined && whole.instances.length + whole.claims.length + whole.overrides.length > 0;
  const explained = isService ? whole : await explainInstance(registry, written);
  out.show({
    data: explained,
    names: explained.instances
      .filter(({ traffic }) => traffic.gets)
      .map(({ instance_id }) => `${explained.service_name}/${instance_id}`),
    table: () => listedLines(explained, now()),
  });
  return explained.instances.some(({ traffic }) => traffic.gets);
}

async function explainInstance(registry: Session['registry'], written: string): Promise<ExplainResponse> {
  const everything = await registry.services();
  const names = Object.keys(everything.services);
  if (names.length === 0) throw noSuchService(written, names);
  const { service_name, epoch } = findInstance(everything, written);
  const explained = await registry.explain(service_name);
  return { ...explained, instances: explained.instances.filter((one) => one.epoch === epoch) };
}

function listedLines(
  { service_name, guard, claims, overrides, instances }: ExplainResponse,
  nowMs: number,
): readonly string[] {
  return [
    service_name,
    ...claims.map(({ host, path_prefix, why }) => `  path ${host ?? ''}${path_prefix}: ${why}`),
    ...(guard === null
      ? []
      : [
          `  the mass-expiry guard holds ${guard.held.length} until ${clock(guard.until)}`,
          `    mend: ${guard.mend}`,
        ]),
    ...overrides.map(
      ({ instance_ids, reason, by, until }) =>
        `  override of ${instance_ids.join(', ')} by ${by}, ${until === null ? 'without an end' : `until ${clock(until)}`}: ${reason}`,
    ),
    ...(instances.length === 0 ? ['  no instance is listed'] : []),
    ...instances.flatMap(({ instance_id, url, status, since, traffic, warnings }) => [
      `  ${STATUS_MARK[status].mark} ${instance_id}  ${url}  ${status} since ${age(since, nowMs)}`,
      `    ${traffic.gets ? 'gets traffic' : 'gets no traffic'}: ${traffic.why}`,
      ...(traffic.mend === null ? [] : [`    mend: ${traffic.mend}`]),
      ...warnings.map((warning) => `    warning: ${warning}`),
    ]),
  ];
}

/** @returns whether such a request is forwarded */
async function explainRequest(
  { gateway, out }: Session,
  asked: Asked,
  { host, canary }: ExplainOptions,
): Promise<boolean> {
  const explained = await gateway.explain({
    ...asked,
    ...(host === undefined ? {} : { host }),
    ...(canary === undefined ? {} : { canary }),
  });
  out.show({
    data: explained,
    names: explained.instances.filter(({ picked }) => picked).map(({ instance_id }) => instance_id),
    table: () => requestLines(asked, explained),
  });
  return explained.verdict === 'forwarded' || explained.verdict === 'answered here';
}

function requestLines({ method, path }: Asked, explained: PathExplanation): readonly string[] {
  const { verdict, why, route, instances, claims, refused_announcements: refused } = explained;
  return [
    `${method} ${path}: ${verdict}`,
    `  ${why}`,
    ...(route === undefined
      ? []
      : [
          `  route ${route.name} to ${route.service} (${route.source}), picker ${route.picker}, ${route.in_flight} in flight`,
          ...route.policies.map((policy) => `    ${policy}`),
          ...(route.canary ?? []).map((share) => `    canary ${JSON.stringify(share)}`),
        ]),
    ...instances.map(
      (one) => `  ${one.picked ? '✓' : '✗'} ${one.instance_id}  ${one.url}  ${one.status}: ${one.why}`,
    ),
    ...claims.map((claim) => `  path ${claim.route} is held by ${claim.service}: ${claim.why}`),
    ...refused.map((one) => `  refused: ${one.service} announces ${one.route}: ${one.reason}`),
  ];
}
