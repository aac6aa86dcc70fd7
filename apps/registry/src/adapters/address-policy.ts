import { describeRefusal, type AddressGuard } from '@rollcall/address-guard';
import type { AddressPolicy } from '../ports/address-policy';

/** The address policy of an address guard. */
export function createAddressPolicy(guard: AddressGuard): AddressPolicy {
  return {
    async refusal(url) {
      const verdict = await guard.checkUrl(url);
      return verdict.allowed ? undefined : describeRefusal(verdict);
    },
  };
}
