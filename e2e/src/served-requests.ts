import { request } from './expect-answer';

interface Served {
  readonly method: string;
  /** The route's template. */
  readonly route: string;
}

/** How many requests of a method and a route template an instance has answered, by its own metrics. */
export async function servedRequests(url: string, served: Served): Promise<number> {
  return servedBy((await request(`${url}/metrics`)).text, served);
}

/** The same from the text of its metrics. */
export function servedBy(metrics: string, { method, route }: Served): number {
  return metrics
    .split('\n')
    .filter(
      (line) =>
        line.startsWith('http_server_request_duration_seconds_count') &&
        line.includes(`http_request_method="${method}"`) &&
        line.includes(`http_route="${route}"`),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
