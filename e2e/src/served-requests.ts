import { request } from './expect-answer';

/** How many requests of a method and a route template an instance has answered, by its own metrics. */
export async function servedRequests(url: string, { method, route }: { method: string; route: string }) {
  const { text } = await request(`${url}/metrics`);
  return text
    .split('\n')
    .filter(
      (line) =>
        line.startsWith('http_server_request_duration_seconds_count') &&
        line.includes(`http_request_method="${method}"`) &&
        line.includes(`http_route="${route}"`),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
