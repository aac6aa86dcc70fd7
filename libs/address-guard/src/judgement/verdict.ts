/** Why an address is refused. Stable; callers and logs branch on it. */
export type RefusalReason =
  | 'loopback'
  | 'link_local'
  | 'multicast'
  | 'broadcast'
  | 'unspecified'
  | 'reserved'
  | 'cloud_metadata'
  | 'local_nat64'
  | 'not_an_address'
  | 'not_a_host'
  | 'not_an_http_url';

export interface Refusal {
  readonly allowed: false;
  readonly reason: RefusalReason;
  /** The refused address, host name, or malformed text. */
  readonly subject: string;
}

export type AddressVerdict = { readonly allowed: true } | Refusal;

export const ALLOWED: AddressVerdict = { allowed: true };

export function refused(reason: RefusalReason, subject: string): Refusal {
  return { allowed: false, reason, subject };
}

const WHAT_IT_IS: Readonly<Record<RefusalReason, string>> = {
  loopback: 'is a loopback address',
  link_local: 'is a link-local address',
  multicast: 'is a multicast address',
  broadcast: 'is the broadcast address',
  unspecified: 'is an unspecified address',
  reserved: 'is in a reserved range',
  cloud_metadata: "is a cloud provider's metadata service",
  local_nat64: 'is in the local NAT64 range, which can stand for any IPv4 address',
  not_an_address: 'is not an IP address',
  not_a_host: 'is not a host name or an IP address',
  not_an_http_url: 'is not an http:// or https:// URL',
};

/** A refusal as a sentence. */
export function describeRefusal({ reason, subject }: Refusal): string {
  return `${subject} ${WHAT_IT_IS[reason]}`;
}
