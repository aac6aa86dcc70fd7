import { valueOf, type GatewayFacts, type Known } from '@rollcall/diagnosis';
import { packageVersion } from '@rollcall/service-kit';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';
import { createGatewayApi } from '../registry-api/gateway-api';
import type { Session } from '../session';
import { createRegistryApi } from '../registry-api/registry-api';
import type { Facts, Reached } from './facts';
import { reach } from './reach';
import { collectSelf } from './self-facts';

const MOST_EVENTS = 1000;

/** Asks everybody there is to ask, at the same time. */
export async function collectFacts(session: Session, options: { readonly self: boolean }): Promise<Facts> {
  const { settings, registry, env, now } = session;
  const [registries, whoami, state, services, explained, events, gateways] = await Promise.all([
    Promise.all(settings.registryUrls.map((url) => askRegistry(session, url))),
    known(registry.whoami()),
    known(registry.state()),
    known(registry.services().then((answer) => answer.services)),
    known(registry.explainAll()),
    known(registry.events({ order: 'desc', limit: MOST_EVENTS }).then((answer) => answer.events)),
    Promise.all(settings.gatewayAdminUrls.map((url) => askGateway(session, url))),
  ]);
  return {
    nowMs: now(),
    ownVersion: packageVersion(__dirname),
    sendsToken: settings.registryToken !== undefined,
    registries,
    whoami,
    registry: state,
    services,
    explained,
    events,
    gateways,
    self: options.self ? collectSelf(env) : undefined,
  };
}

async function askRegistry({ settings, signal, now }: Session, url: string): Promise<Reached> {
  const [reached, metrics] = await Promise.all([
    reach(url, settings.tls, now),
    known(createRegistryApi({ ...settings, registryUrls: [url] }, signal).metrics()),
  ]);
  return { ...reached, metrics };
}

async function askGateway({ settings, signal }: Session, url: string): Promise<GatewayFacts> {
  const gateway = createGatewayApi({ ...settings, gatewayAdminUrls: [url] }, signal);
  const answer = await known(
    Promise.all([
      gateway.routes(),
      gateway.upstreams(),
      gateway.config(),
      known(gateway.metrics()).then((metrics) => valueOf(metrics) ?? new Map<string, number>()),
    ]).then(([routes, { upstreams }, config, metrics]) => ({ routes, upstreams, config, metrics })),
  );
  return { url, isNamed: settings.sources.gateway_admin_url !== 'default', answer };
}

async function known<T>(answer: Promise<T>): Promise<Known<T>> {
  try {
    return { value: await answer };
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    const { message, mend, exitCode } = error;
    return { fault: message, mend, isRefused: exitCode === EXIT.notAllowed };
  }
}
