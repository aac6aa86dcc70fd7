import type { Instance } from './instance';

/** Answer of `GET /services`: all listed services, with instances of every status. */
export interface ServicesResponse {
  readonly catalog_id: string;
  readonly revision: number;
  readonly services: Readonly<Record<string, readonly Instance[]>>;
}
