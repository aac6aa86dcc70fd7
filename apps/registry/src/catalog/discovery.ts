import type { DiscoverQuery } from '@rollcall/contracts';
import type { InstanceRecord } from './instance/instance-record';
import { statusOf } from './instance/standing';

/** Those of a service that the caller asks for; without a status, those that may get traffic. */
export function selectRecords(
  records: readonly InstanceRecord[],
  { status, tag, version, zone }: Pick<DiscoverQuery, 'status' | 'tag' | 'version' | 'zone'>,
): readonly InstanceRecord[] {
  return ofStatus(records, status).filter(
    ({ registration }) =>
      (tag === undefined || registration.tags.includes(tag)) &&
      (version === undefined || registration.version === version) &&
      (zone === undefined || registration.zone === zone),
  );
}

/** The `up` ones of the whole service; the `suspect` ones only while it has none; never any other. */
export function trafficRecords(records: readonly InstanceRecord[]): readonly InstanceRecord[] {
  const up = withStatus(records, 'up');
  return up.length > 0 ? up : withStatus(records, 'suspect');
}

function ofStatus(
  records: readonly InstanceRecord[],
  status: DiscoverQuery['status'],
): readonly InstanceRecord[] {
  if (status === undefined) return trafficRecords(records);
  return status === 'any' ? records : withStatus(records, status);
}

function withStatus(records: readonly InstanceRecord[], status: string): readonly InstanceRecord[] {
  return records.filter(({ standing }) => statusOf(standing) === status);
}
