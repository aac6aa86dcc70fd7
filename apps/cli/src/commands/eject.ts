import type { UpstreamView } from '@rollcall/contracts';
import { nameOf } from '@rollcall/diagnosis';
import type { AddCommand } from '../command';
import { durationOption, formatDuration } from '../duration';
import { findAmong } from '../find-instance';
import { createGatewayApi, type GatewayApi } from '../registry-api/gateway-api';
import type { Session } from '../session';

interface EjectOptions {
  readonly reason: string;
  readonly for?: number;
}

const INSTANCE = ['<instance>', 'id, the beginning of one, <service>/<id>, or address'] as const;

export const addEject: AddCommand = (program, act) => {
  program
    .command('eject')
    .summary('has gateways send no more requests to an instance')
    .description(
      'Has each gateway of --gateway-admin send no more requests to an instance, until it is restored or the time is ' +
        'over. It is the opinion of these gateways alone: rollcall out takes an instance out for every caller.',
    )
    .argument(...INSTANCE)
    .requiredOption('--reason <text>', 'why; the gateway shows it')
    .addOption(durationOption('--for <time>', 'for how long (default: until it is restored)'))
    .action(
      act(async (session, written: string, { reason, for: forMs }: EjectOptions) => {
        const body = { reason, ...(forMs === undefined ? {} : { for_ms: forMs }) };
        await atEachGateway(session, written, 'eject', body, (name, url) => {
          const until = forMs === undefined ? 'until rollcall restore' : `for ${formatDuration(forMs)}`;
          return `${name} gets no more requests of the gateway at ${url} ${until}: ${reason}`;
        });
      }),
    );
};

export const addRestore: AddCommand = (program, act) => {
  program
    .command('restore')
    .summary('has gateways send requests to an instance again')
    .description(
      'Ends every ejection of an instance, also those by outlier detection, at each gateway of --gateway-admin.',
    )
    .argument(...INSTANCE)
    .action(
      act(async (session, written: string) => {
        await atEachGateway(session, written, 'restore', {}, (name, url) => {
          return `${name} gets requests of the gateway at ${url} again`;
        });
      }),
    );
};

/** Asks one gateway after the other; what has been done at those before stands when one cannot be asked. */
async function atEachGateway(
  { settings, out, signal, env }: Session,
  written: string,
  what: 'eject' | 'restore',
  body: object,
  lineOf: (name: string, url: string) => string,
): Promise<void> {
  const by = env['USER'];
  const done: { readonly gateway: string; readonly upstream: UpstreamView }[] = [];
  for (const url of settings.gatewayAdminUrls) {
    const gateway = createGatewayApi({ ...settings, gatewayAdminUrls: [url] }, signal);
    const { service, instance_id } = await upstreamOf(gateway, written);
    const upstream = await gateway.calls.json<UpstreamView>(
      {
        method: 'POST',
        path: `/upstreams/${encodeURIComponent(instance_id)}/${what}`,
        body: { ...body, service_name: service, ...(by === undefined || by === '' ? {} : { by }) },
        signal,
      },
      ['instance_id', 'service'],
    );
    done.push({ gateway: url, upstream });
  }
  out.show({
    data: { gateways: done },
    names: done.map(({ upstream }) => nameOfUpstream(upstream)),
    table: () => done.map(({ gateway, upstream }) => lineOf(nameOfUpstream(upstream), gateway)),
  });
}

async function upstreamOf(gateway: GatewayApi, written: string): Promise<UpstreamView> {
  const { upstreams } = await gateway.upstreams();
  return findAmong(
    upstreams.map((one) => ({ ...one, service_name: one.service })),
    written,
  );
}

function nameOfUpstream({ service, instance_id }: UpstreamView): string {
  return nameOf({ service_name: service, instance_id });
}
