import type { ExplainResponse } from '@rollcall/contracts';
import { expectAnswer } from './expect-answer';

/** What a registry says of a service and each of its instances; its answers are checked against their schema elsewhere. */
export async function explained(registryUrl: string, serviceName: string): Promise<ExplainResponse> {
  return (await expectAnswer(`${registryUrl}/explain/${serviceName}`, 200)) as ExplainResponse;
}

/** Addresses of the instances of a service whose session stands: the end of such a process is known at once. */
export async function vouchedFor(registryUrl: string, serviceName: string): Promise<readonly string[]> {
  const { instances } = await explained(registryUrl, serviceName);
  return instances.flatMap(({ session, url }) => (session === 'open' ? url : [])).sort();
}
